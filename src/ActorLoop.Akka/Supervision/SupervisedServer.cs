using System.Net;
using ActorLoop.Akka.Supervision;
using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>A server whose failures Akka.NET decides on. Thread: any.</summary>
public sealed class SupervisedServer
{
    private readonly ServerSite _site;

    internal SupervisedServer(ServerSite site, IActorRef actor)
    {
        _site = site;
        Actor = actor;
    }

    /// <summary>The actor, the same through all restarts: watch it, or stop it to close the server and abort its connections.</summary>
    public IActorRef Actor { get; }

    /// <summary>The addresses that are bound, with the real ports.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _site.EndPoints;

    /// <summary>Connections that are open now.</summary>
    public int ConnectionCount => _site.Servers.Sum(server => server.ConnectionCount);

    /// <summary>Stops accepting, for good; connections stay, and so does the actor, which is their parent.</summary>
    public void StopAccepting() => _site.Close();

    /// <summary>
    /// The orderly end: stops accepting, closes the connections after what they have buffered was sent, aborts those that are
    /// left when the time is up, and stops the actor.
    /// </summary>
    /// <param name="drainTimeout">How long connections may take; zero aborts at once.</param>
    /// <returns>How many connections had to be aborted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    public async Task<int> ShutdownAsync(TimeSpan drainTimeout)
    {
        _site.Close();
        int[] aborted = await Task.WhenAll(_site.Servers.Select(server => server.ShutdownAsync(drainTimeout)));
        await Actor.GracefulStop(Timeout.InfiniteTimeSpan);
        return aborted.Sum();
    }
}
