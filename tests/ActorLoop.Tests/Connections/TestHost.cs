using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Tests.Connections;

/// <summary>A host of several addresses of this machine: some listen, some refuse.</summary>
internal sealed class TestHost : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <summary>In the order in which they were added.</summary>
    public List<IPEndPoint> EndPoints { get; } = [];

    /// <summary>Adds an address at which the system completes connections, although nobody accepts them yet.</summary>
    public TestHost Listening(string address = "127.0.0.1")
    {
        Add(address).Listen();
        return this;
    }

    /// <summary>Adds an address that is taken, so that nobody else gets its port, but where nobody listens.</summary>
    public TestHost Refusing(string address = "127.0.0.1")
    {
        Add(address);
        return this;
    }

    /// <summary>Adds an address without a socket behind it.</summary>
    public TestHost At(IPEndPoint endPoint)
    {
        EndPoints.Add(endPoint);
        return this;
    }

    /// <summary>Takes the next connection that was made to an address.</summary>
    public async Task<Socket> AcceptAsync(int address)
    {
        Socket listener = _sockets.Single(socket => Equals(socket.LocalEndPoint, EndPoints[address]));
        return await listener.AcceptAsync();
    }

    public bool HasWaiting(int address) =>
        _sockets.Single(socket => Equals(socket.LocalEndPoint, EndPoints[address])).Poll(0, SelectMode.SelectRead);

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private Socket Add(string address)
    {
        var ip = IPAddress.Parse(address);
        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(ip, 0));
        EndPoints.Add((IPEndPoint)socket.LocalEndPoint!);
        return socket;
    }
}
