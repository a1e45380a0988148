using Microsoft.Win32.SafeHandles;

namespace ActorLoop.Transports;

/// <summary>One file on its way: what is to be sent, and how much of it was.</summary>
internal sealed class FileTransfer(FileSource source, long offset, long? count) : IDisposable
{
    /// <summary>
    /// So much a step: more would hold up the loop for longer than a millisecond, less would cost system calls.
    /// </summary>
    private const int StepSize = 1024 * 1024;

    public FileSource Source => source;

    public long Sent { get; private set; }

    /// <summary>How much there is still to send, if the file has as much.</summary>
    public long Left => (count ?? long.MaxValue) - Sent;

    public long Position => offset + Sent;

    /// <summary>A file to be sent from a stream, or an exception that names what is wrong.</summary>
    public static FileTransfer Of(Stream file, long offset, long? count)
    {
        ArgumentNullException.ThrowIfNull(file);
        CheckRange(offset, count);
        if (!file.CanRead)
        {
            throw new ArgumentException("The stream cannot be read.", nameof(file));
        }

        if (offset > 0 && !file.CanSeek)
        {
            throw new ArgumentException($"The stream cannot seek, so offset must be 0, not {offset}.", nameof(offset));
        }

        return new FileTransfer(FileSource.Of(file), offset, count);
    }

    /// <summary>The same from a handle, whose own position plays no part.</summary>
    public static FileTransfer Of(SafeFileHandle file, long offset, long? count)
    {
        ArgumentNullException.ThrowIfNull(file);
        CheckRange(offset, count);
        if (file.IsInvalid || file.IsClosed)
        {
            throw new ArgumentException("The handle is invalid or closed; an open file is needed.", nameof(file));
        }

        try
        {
            _ = RandomAccess.GetLength(file);
        }
        catch (NotSupportedException)
        {
            throw new ArgumentException("The handle is no regular file: it has no positions. Give it as a stream.", nameof(file));
        }

        return new FileTransfer(FileSource.Of(file), offset, count);
    }

    /// <summary>What was sent by other means than a step.</summary>
    public void Add(int bytes) => Sent += bytes;

    /// <summary>Lets the system copy the next piece from the file to a socket. Never waits for the socket.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The connection failed.</exception>
    public unsafe FileStep Step(int socket)
    {
        long position = Position;
        var wanted = (nint)Math.Min(Left, StepSize);
        nint sent = wanted == 0 ? 0 : Interop.SendFile(socket, source.Descriptor, &position, wanted);
        if (sent < 0)
        {
            return AfterError(SocketErrors.Last());
        }

        Sent += sent;
        return sent == 0 || Left == 0 ? FileStep.Done : FileStep.Wait;
    }

    /// <summary>Moves the position of the user's file behind what was sent; if nothing was, it stays where it is.</summary>
    public void Dispose()
    {
        try
        {
            source.End(Sent > 0 ? Position : null);
        }
        catch (ObjectDisposedException)
        {
            // Closed by its user while it was being sent: there is no position to tell.
        }
        finally
        {
            source.Dispose();
        }
    }

    private static void CheckRange(long offset, long? count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (count <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "The count is positive, or null for the whole file.");
        }
    }

    private FileStep AfterError(int error)
    {
        const int BadDescriptor = 9;
        const int InputOutput = 5;
        if (SocketErrors.IsTransient(error) || error is SocketErrors.OutOfMemory or SocketErrors.NoBufferSpace)
        {
            return FileStep.Wait;
        }

        if (Sent == 0 && IsRefusal(error))
        {
            return FileStep.Unavailable;
        }

        throw error is BadDescriptor or InputOutput
            ? new IOException($"Reading the file to send failed (errno {error}): it must be open for reading.", error)
            : SocketErrors.Create(error, "Sending a file");
    }

    /// <summary>EINVAL, ESPIPE, ENOSYS, EOVERFLOW, EOPNOTSUPP: not about this transfer, but about the kind of file.</summary>
    private static bool IsRefusal(int error) => error is 22 or 29 or 38 or 75 or 95;
}
