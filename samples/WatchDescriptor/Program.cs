using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorLoop;

// Waits with AddReader until a socket can be read, without a transport: the loop says when, the program reads.
using EventLoop loop = EventLoop.Create();
(Socket reader, Socket writer) = ConnectedPair();

loop.AddReader(reader, () =>
{
    Span<byte> buffer = stackalloc byte[100];
    int count = reader.Receive(buffer);
    Console.WriteLine($"Received: {Encoding.UTF8.GetString(buffer[..count])}");

    // Before the socket is closed: its number may belong to somebody else at once.
    loop.RemoveReader(reader);
    loop.Stop();
});

// Pretend that data arrives a moment later.
loop.CallSoon(() => writer.Send("abc"u8));

loop.RunForever();
reader.Dispose();
writer.Dispose();

static (Socket Reader, Socket Writer) ConnectedPair()
{
    using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
    listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    listener.Listen();
    var writer = new Socket(SocketType.Stream, ProtocolType.Tcp);
    writer.Connect(listener.LocalEndPoint!);
    return (listener.Accept(), writer);
}
