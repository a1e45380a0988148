using ActorLoop.Resilience;

namespace SupervisedService.Service;

/// <summary>Counts what went wrong and what was put right again, and prints a line for each.</summary>
internal sealed class ServiceEvents(Action<string> print)
{
    public int ConnectionsCrashed { get; private set; }

    public int WorkersRestarted { get; private set; }

    public int UpstreamConnections { get; private set; }

    public int CircuitsOpened { get; private set; }

    public int CircuitsClosed { get; private set; }

    public void ConnectionCrashed(Exception cause)
    {
        ConnectionsCrashed++;
        print($"connection crashed: {cause.Message}");
    }

    public void WorkerRestarted(Exception cause)
    {
        WorkersRestarted++;
        print($"worker restarted: {cause.Message}");
    }

    public void UpstreamIs(ResilientConnectionState state)
    {
        UpstreamConnections += state == ResilientConnectionState.Connected ? 1 : 0;
        print($"upstream: {state}");
    }

    public void CircuitOpened()
    {
        CircuitsOpened++;
        print("circuit opened");
    }

    public void CircuitClosed()
    {
        CircuitsClosed++;
        print("circuit closed");
    }
}
