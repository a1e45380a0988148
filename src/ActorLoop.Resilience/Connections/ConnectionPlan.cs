using System.Net;
using Polly;

namespace ActorLoop.Resilience.Connections;

/// <summary>Whom to connect to, how, and through which pipelines: what every incarnation of the actor shares.</summary>
internal sealed class ConnectionPlan<TProtocol>
    where TProtocol : StreamProtocol
{
    private readonly Func<TProtocol> _factory;
    private readonly EndPoint[] _targets;
    private readonly ConnectionOptions? _connection;

    public ConnectionPlan(EventLoop loop, Func<TProtocol> factory, EndPoint[] targets, ResilientConnectionOptions options)
    {
        _factory = factory;
        _targets = targets;
        _connection = options.Connection;
        StableAfter = options.StableAfter;
        // Circuit breakers and rate limits keep their state here, so that a restart of the actor does not forget it.
        Reconnect = loop.CreateResiliencePipeline(options.Reconnect ?? ResilientConnectionOptions.AddDefaultReconnect);
        Connect = loop.CreateResiliencePipeline(options.Connect ?? ResilientConnectionOptions.AddDefaultConnect);
    }

    public ResiliencePipeline Reconnect { get; }

    public ResiliencePipeline<ConnectionAttempt> Connect { get; }

    public TimeSpan StableAfter { get; }

    public async ValueTask<ConnectionAttempt> ConnectAsync(EventLoop loop, int number, CancellationToken cancellationToken)
    {
        int index = number % _targets.Length;
        EndPoint target = _targets[index];
        (string host, int port) = target switch
        {
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            _ => throw new NotSupportedException($"A {target.GetType().Name} passed the check of targets."),
        };
        (ITransport transport, TProtocol protocol) =
            await loop.CreateConnectionAsync(_factory, host, port, _connection, cancellationToken);
        return new ConnectionAttempt(transport, protocol, target, index);
    }
}
