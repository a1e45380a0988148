using System.Net.Sockets;
using ActorLoop;

namespace PortForwarder;

/// <summary>The end that was accepted. It reads nothing until the target is connected.</summary>
#pragma warning disable CA1001 // Its token has no timer and no handle, so there is nothing to free; the connection outlives every scope.
internal sealed class ClientEnd(Target target, Traffic traffic) : ForwardEnd
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _lost = new();

    public override void ConnectionMade(ITransport transport)
    {
        base.ConnectionMade(transport);
        traffic.Opened();
        transport.PauseReading();
        _ = transport.Loop.CreateTask(_ => ConnectAsync(transport.Loop));
    }

    public override void ConnectionLost(Exception? exception)
    {
        // Still connecting, perhaps: nobody waits for that any more.
        _lost.Cancel();
        traffic.ClientEnded(Received);
        base.ConnectionLost(exception);
    }

    private async Task ConnectAsync(EventLoop loop)
    {
        try
        {
            await target.ConnectAsync(loop, () => new TargetEnd(this, traffic), _lost.Token);
        }
        catch (OperationCanceledException)
        {
            // The client is gone.
        }
        catch (SocketException failure)
        {
            await Console.Error.WriteLineAsync($"{target} cannot be reached: {failure.Message}");
            Reset();
        }
    }

    /// <summary>The end that connects to the target.</summary>
    private sealed class TargetEnd(ClientEnd client, Traffic traffic) : ForwardEnd
    {
        public override void ConnectionMade(ITransport transport)
        {
            base.ConnectionMade(transport);
            traffic.TargetOpened();
            Join(client);
            client.Transport.ResumeReading();
        }

        public override void ConnectionLost(Exception? exception)
        {
            traffic.TargetEnded(Received);
            base.ConnectionLost(exception);
        }
    }
}
