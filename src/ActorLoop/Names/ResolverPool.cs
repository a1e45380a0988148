using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;

namespace ActorLoop.Names;

/// <summary>Threads for lookups that block: a bounded number, and a bounded queue in front of them.</summary>
internal sealed class ResolverPool(string name, int maxThreads, int maxWaiting)
{
    private const int AbandonedFactor = 4;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly Dictionary<object, ResolverJob> _jobs = [];
    private readonly LinkedList<ResolverJob> _waiting = [];
    private int _threads;
    private int _threadNumber;
    private int _idle;
    private int _running;
    private int _abandoned;
    private long _completed;
    private long _givenUp;
    private long _shared;
    private long _refused;

    public int MaxThreads => maxThreads;

    public NameResolverStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new NameResolverStatistics
                {
                    Threads = _threads,
                    Running = _running - _abandoned,
                    Abandoned = _abandoned,
                    Waiting = _waiting.Count,
                    Completed = _completed,
                    GivenUp = _givenUp,
                    Shared = _shared,
                    Refused = _refused,
                };
            }
        }
    }

    /// <summary>Queues a lookup, or joins the equal one that is under way.</summary>
    public Task<T> RunAsync<T>(object key, Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        ResolverWaiter<T> waiter;
        lock (_gate)
        {
            if (Find<T>(key) is { } job)
            {
                _shared++;
                if (job.Waiters == 0)
                {
                    _abandoned--;
                }
            }
            else if (_waiting.Count >= maxWaiting)
            {
                _refused++;
                return Task.FromException<T>(new SocketException(
                    (int)SocketError.TryAgain, $"Too many lookups: {maxWaiting} wait already for the threads of '{name}'."));
            }
            else
            {
                job = Enqueue(new ResolverJob<T>(key, work));
            }

            waiter = new ResolverWaiter<T>(this, job);
            job.Join(waiter);
        }

        waiter.Watch(cancellationToken);
        return waiter.Task;
    }

    /// <summary>
    /// A caller gives up. A lookup nobody waits for is forgotten if it has not started, and loses its claim on a thread if
    /// it has.
    /// </summary>
    public void Leave<T>(ResolverJob<T> job, ResolverWaiter<T> waiter)
    {
        lock (_gate)
        {
            // A job that has ended is no longer there, although its waiters are still being told.
            if (Find<T>(job.Key) != job || !job.Leave(waiter) || job.Waiters > 0)
            {
                return;
            }

            _givenUp++;
            if (job.Place is { } place)
            {
                _waiting.Remove(place);
                _jobs.Remove(job.Key);
            }
            else
            {
                _abandoned++;
                Provide();
            }
        }
    }

    private ResolverJob<T>? Find<T>(object key) => (ResolverJob<T>?)_jobs.GetValueOrDefault(key);

    private ResolverJob<T> Enqueue<T>(ResolverJob<T> job)
    {
        _jobs.Add(job.Key, job);
        job.Place = _waiting.AddLast(job);
        Provide();
        return job;
    }

    /// <summary>Sees to it that somebody takes the next lookup that waits, if the bounds allow.</summary>
    private void Provide()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        if (_waiting.Count <= _idle)
        {
            Monitor.Pulse(_gate);
        }
        else if (_threads - _abandoned < maxThreads && _threads < maxThreads * AbandonedFactor)
        {
            _threads++;

            // Unsafe: the thread outlives the lookup that started it and must not keep that one's context.
            new Thread(RunJobs)
            {
                IsBackground = true,
                Name = string.Create(CultureInfo.InvariantCulture, $"{name}-{++_threadNumber}"),
            }.UnsafeStart();
        }
    }

    private void RunJobs()
    {
        while (TryTake(out ResolverJob? job))
        {
            job.Run();
            End(job);
            job.Tell();
        }
    }

    /// <summary>False: this thread ends, because there is nothing to do or because there are too many.</summary>
    private bool TryTake([NotNullWhen(true)] out ResolverJob? job)
    {
        lock (_gate)
        {
            job = null;
            while (_threads - _abandoned <= maxThreads)
            {
                if (_waiting.First is { } first)
                {
                    job = first.Value;
                    job.Place = null;
                    _waiting.RemoveFirst();
                    _running++;
                    return true;
                }

                _idle++;
                bool woken = Monitor.Wait(_gate, LongestIdle);
                _idle--;
                if (!woken && _waiting.Count == 0)
                {
                    break;
                }
            }

            _threads--;
            return false;
        }
    }

    private void End(ResolverJob job)
    {
        lock (_gate)
        {
            _jobs.Remove(job.Key);
            _running--;
            _completed++;
            if (job.Waiters == 0)
            {
                _abandoned--;
            }
        }
    }
}
