using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>
/// A hand-written echo server on <see cref="SocketAsyncEventArgs"/>: one reused operation per connection, no tasks.
/// </summary>
internal static class SaeaEcho
{
    public static async Task RunAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        using var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen(1024);
        Announcement.Write((IPEndPoint)listener.LocalEndPoint!);
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync(cancellationToken);
                socket.NoDelay = true;
                new Connection(socket).Start();
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: the process ends and takes the connections with it.
        }
    }

    private sealed class Connection : SocketAsyncEventArgs
    {
        private const int BufferSize = 64 * 1024;
        private readonly Socket _socket;

        public Connection(Socket socket)
            : base(unsafeSuppressExecutionContextFlow: true)
        {
            _socket = socket;
            SetBuffer(GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true), 0, BufferSize);
        }

        public void Start()
        {
            if (!_socket.ReceiveAsync(this))
            {
                OnCompleted(this);
            }
        }

        protected override void OnCompleted(SocketAsyncEventArgs e)
        {
            // A loop instead of recursion: with operations that complete at once the stack would grow.
            bool pending;
            do
            {
                if (SocketError != SocketError.Success || BytesTransferred == 0)
                {
                    _socket.Dispose();
                    Dispose();
                    return;
                }

                if (LastOperation == SocketAsyncOperation.Receive)
                {
                    SetBuffer(0, BytesTransferred);
                    pending = _socket.SendAsync(this);
                }
                else
                {
                    SetBuffer(0, BufferSize);
                    pending = _socket.ReceiveAsync(this);
                }
            }
            while (!pending);
        }
    }
}
