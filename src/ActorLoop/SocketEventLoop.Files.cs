using System.Net.Sockets;
using ActorLoop.Futures;
using ActorLoop.Sockets;
using ActorLoop.Transports;
using Microsoft.Win32.SafeHandles;

namespace ActorLoop;

/// <summary>Sending files to sockets of the user.</summary>
public abstract partial class SocketEventLoop
{
    private const int FileBlockSize = 256 * 1024;

    /// <inheritdoc/>
    public override Task<long> SocketSendFileAsync(
        Socket socket,
        Stream file,
        long offset = 0,
        long? count = null,
        bool fallback = true,
        CancellationToken cancellationToken = default)
    {
        CheckFileSocket(socket);
        return SendFileAsync(socket, FileTransfer.Of(file, offset, count), fallback, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<long> SocketSendFileAsync(
        Socket socket,
        SafeFileHandle file,
        long offset = 0,
        long? count = null,
        bool fallback = true,
        CancellationToken cancellationToken = default)
    {
        CheckFileSocket(socket);
        return SendFileAsync(socket, FileTransfer.Of(file, offset, count), fallback, cancellationToken);
    }

    private void CheckFileSocket(Socket socket)
    {
        Sockets.Check(socket, SelectorEvents.Write, nameof(SocketSendFileAsync));
        SocketOperations.CheckStream(socket, nameof(SocketSendFileAsync));
    }

    private async Task<long> SendFileAsync(
        Socket socket, FileTransfer file, bool fallback, CancellationToken cancellationToken)
    {
        cancellationToken = TaskToken.Or(cancellationToken);
        using (file)
        {
            bool sent = file.Source.Descriptor >= 0 && await Sockets.SendFileAsync(socket, file, cancellationToken);
            if (!sent)
            {
                if (!fallback)
                {
                    throw CannotSendFile($"socket {socket.Handle}");
                }

                await CopyAsync(socket, file, cancellationToken);
            }

            return file.Sent;
        }
    }

    private async Task CopyAsync(Socket socket, FileTransfer file, CancellationToken cancellationToken)
    {
        var block = new byte[FileBlockSize];
        while (file.Left > 0)
        {
            Memory<byte> wanted = block.AsMemory(0, (int)Math.Min(file.Left, FileBlockSize));
            int read = await file.Source.ReadAsync(wanted, file.Position, cancellationToken);
            if (read == 0)
            {
                return;
            }

            await SocketSendAllAsync(socket, wanted[..read], cancellationToken);
            file.Add(read);
        }
    }
}
