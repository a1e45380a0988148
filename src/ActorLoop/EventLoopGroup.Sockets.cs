using System.Net.Sockets;
using ActorLoop.Connections;

namespace ActorLoop;

/// <summary>
/// Servers over Unix sockets and over sockets that somebody else bound: one loop accepts, the least loaded one serves.
/// </summary>
public sealed partial class EventLoopGroup
{
    /// <summary>
    /// Listens on a Unix socket and gives each connection to the loop that has the fewest; see
    /// <see cref="EventLoop.CreateUnixServerAsync(Func{StreamProtocol}, string, UnixServerOptions?, CancellationToken)"/>.
    /// </summary>
    /// <param name="factory">Makes a protocol for each connection, on the loop that owns it.</param>
    /// <param name="path">Path of at most 107 bytes, or a leading NUL and a name in the abstract namespace.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait for another server that is starting in the same directory.</param>
    /// <returns>The server; stopping the group shuts it down.</returns>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">The path is taken, or the system refused.</exception>
    /// <exception cref="ObjectDisposedException">The group is stopping.</exception>
    public async Task<Server> CreateUnixServerAsync(
        Func<StreamProtocol> factory,
        string path,
        UnixServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new UnixServerOptions();
        ArgumentNullException.ThrowIfNull(factory);
        _ = TlsArguments.Of(options.ForServer());
        ListeningSocket socket = await UnixBinder.BindAsync(path, options, TimeProvider.System, cancellationToken);
        return await ServeAsync(factory, socket, options.ForServer());
    }

    /// <summary>Listens on a socket that is bound already and gives each connection to the loop that has the fewest.</summary>
    /// <param name="factory">Makes a protocol for each connection, on the loop that owns it.</param>
    /// <param name="socket">A bound stream socket, TCP or Unix, listening or not; the server owns it from now on.</param>
    /// <param name="options">Further options; null is all defaults. Family and ReusePort are the socket's matter.</param>
    /// <returns>The server; stopping the group shuts it down.</returns>
    /// <exception cref="ArgumentException">The socket is no bound stream socket, or the options contradict it.</exception>
    /// <exception cref="ObjectDisposedException">The group is stopping.</exception>
    public Task<Server> CreateServerAsync(Func<StreamProtocol> factory, Socket socket, ServerOptions? options = null)
    {
        options ??= new ServerOptions();
        ArgumentNullException.ThrowIfNull(factory);
        options.CheckForBoundSocket();
        _ = TlsArguments.Of(options);
        return ServeAsync(factory, ListeningSocket.Adopt(socket), options);
    }

    private async Task<Server> ServeAsync(Func<StreamProtocol> factory, ListeningSocket socket, ServerOptions options)
    {
        // Its own loops do not see it: members that have no socket set TCP options unless they are told not to.
        ServerOptions fitting = socket.IsUnix ? options with { NoDelay = false } : options;
        try
        {
            return await StartAsync(loops => GroupServer.Create(this, loops, factory, [socket], fitting), options.StartServing);
        }
        catch (ObjectDisposedException)
        {
            socket.Close();
            throw;
        }
    }
}
