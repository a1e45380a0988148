using Microsoft.Win32.SafeHandles;

namespace ActorLoop.Transports;

/// <summary>A file to send: a descriptor for the system's own call where there is one, and reading it off the loop.</summary>
internal abstract class FileSource : IDisposable
{
    /// <summary>What the system can send from, or -1.</summary>
    public virtual int Descriptor => -1;

    /// <summary>Whether it is read at any position, without moving one.</summary>
    public virtual bool IsFile => false;

    public static FileSource Of(Stream file) => file is FileStream { CanSeek: true } disk
        ? new HandleSource(disk.SafeFileHandle, disk)
        : new StreamSource(file);

    public static FileSource Of(SafeFileHandle file) => new HandleSource(file, stream: null);

    /// <summary>Reads at a position, not on the loop's thread if it may block. 0 is the end.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken cancellationToken);

    /// <summary>Moves the user's object to where the transfer came; null leaves it where it was before.</summary>
    public abstract void End(long? position);

    public abstract void Dispose();

    private sealed class HandleSource : FileSource
    {
        private readonly SafeFileHandle _handle;
        private readonly FileStream? _stream;
        private readonly bool _held;

        public HandleSource(SafeFileHandle handle, FileStream? stream)
        {
            _handle = handle;
            _stream = stream;
            // Were the file closed halfway, its number could become another file's, and that would be sent.
            handle.DangerousAddRef(ref _held);
        }

        public override int Descriptor => OperatingSystem.IsLinux() && Environment.Is64BitProcess
            ? (int)_handle.DangerousGetHandle()
            : -1;

        public override bool IsFile => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken cancellationToken) =>
            RandomAccess.ReadAsync(_handle, buffer, position, cancellationToken);

        public override void End(long? position)
        {
            if (position is { } end && _stream is { CanSeek: true })
            {
                _stream.Position = end;
            }
        }

        public override void Dispose()
        {
            if (_held)
            {
                _handle.DangerousRelease();
            }
        }
    }

    private sealed class StreamSource(Stream stream) : FileSource
    {
        private long? _origin;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken cancellationToken)
        {
            if (_origin is null && stream.CanSeek)
            {
                _origin = stream.Position;
                stream.Position = position;
            }

            return stream.ReadAsync(buffer, cancellationToken);
        }

        public override void End(long? position)
        {
            if ((position ?? _origin) is { } end && stream.CanSeek)
            {
                stream.Position = end;
            }
        }

        public override void Dispose()
        {
            // The stream is its user's.
        }
    }
}
