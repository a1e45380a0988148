using System.Collections.Concurrent;

namespace ActorLoop.Selectors;

/// <summary>
/// One selector on one thread that waits for several loops. Each loop gets a port: a selector that forwards
/// registrations to this one and is handed the readiness of its own descriptors.
/// </summary>
/// <remarks>
/// A reported descriptor stays silent until the next <see cref="Selector.Select"/> of its port: that is what keeps the
/// port level-triggered and this thread asleep while the loop is busy. A port may therefore report readiness one call
/// later than a selector that asks the system itself.
/// </remarks>
internal sealed class SharedSelector : IDisposable
{
    private const int BatchSize = 256;

    private readonly ConcurrentDictionary<nint, PortRegistration> _registrations = new();
    private readonly List<SelectorPort> _ports = [];
    private readonly OneShotSource _source;
    private readonly Thread _thread;
    private long _staleEvents;
    private int _generation;
    private Exception? _failure;
    private volatile bool _stopping;

    public SharedSelector(Selector inner)
    {
        _source = inner is EpollSelector epoll ? new EpollSource(epoll) : new QueuedSource(inner);
        _thread = new Thread(Run) { Name = "ActorLoop shared selector", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Events that arrived for a descriptor after it was changed or unregistered, and were dropped.</summary>
    public long StaleEvents => Volatile.Read(ref _staleEvents);

    public OneShotSource Source => _source;

    /// <summary>Creates the selector of one loop. Thread: any.</summary>
    public Selector CreatePort()
    {
        lock (_ports)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            var port = new SelectorPort(this);
            _ports.Add(port);
            if (_failure is not null)
            {
                port.Fail(_failure);
            }

            return port;
        }
    }

    /// <summary>Ends the thread. Ports that are still open fail from now on.</summary>
    public void Dispose()
    {
        lock (_ports)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _source.Wake();
        _thread.Join();
        _source.Dispose();
    }

    public void Add(PortRegistration registration)
    {
        if (!_registrations.TryAdd(registration.Descriptor, registration))
        {
            throw SelectorArguments.RegisteredAlready(registration.Descriptor);
        }
    }

    public void Remove(PortRegistration registration) => _registrations.TryRemove(registration.Descriptor, out _);

    public void Remove(SelectorPort port)
    {
        lock (_ports)
        {
            _ports.Remove(port);
        }
    }

    /// <summary>A number no earlier state of any registration has had.</summary>
    public int NextGeneration() => Interlocked.Increment(ref _generation) & int.MaxValue;

    private void Run()
    {
        Exception failure;
        try
        {
            var events = new SelectorEvent[BatchSize];
            while (!_stopping)
            {
                int count = _source.Wait(events);
                for (int i = 0; i < count; i++)
                {
                    Deliver(events[i]);
                }
            }

            failure = new ObjectDisposedException(nameof(SharedSelector));
        }
        catch (Exception error)
        {
            failure = new IOException("The shared selector has failed; no loop of the group can wait any more.", error);
        }

        _source.Abandon(failure);
        lock (_ports)
        {
            _failure = failure;
            foreach (SelectorPort port in _ports)
            {
                port.Fail(failure);
            }
        }
    }

    private void Deliver(in SelectorEvent seen)
    {
        (int descriptor, int generation) = PortRegistration.ReadToken(seen.Token);
        if (!_registrations.TryGetValue(descriptor, out PortRegistration? registration)
            || !registration.Port.Deliver(registration, generation, seen.Events))
        {
            Interlocked.Increment(ref _staleEvents);
        }
    }
}
