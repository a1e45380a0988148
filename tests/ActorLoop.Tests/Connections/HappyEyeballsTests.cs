using System.Net.Sockets;
using ActorLoop.TestKit;
using ActorLoop.Tests.Names;
using Xunit;

namespace ActorLoop.Tests.Connections;

/// <summary>Races in virtual time, over real sockets whose readiness the test reports when it sees fit.</summary>
public sealed class HappyEyeballsTests : IDisposable
{
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(250);

    private readonly ManualClock _clock = new();
    private readonly ManualSelector _selector;
    private readonly ScriptedResolver _resolver = new();
    private readonly TestHost _host = new();
    private readonly List<nint> _attempts = [];
    private readonly List<ProtocolRecord> _records = [];
    private readonly List<(int Attempt, double At)> _started = [];
    private readonly TestLoop _test;

    public HappyEyeballsTests()
    {
        _selector = new ManualSelector(_clock) { Registered = NoteAttempt };
        _test = new TestLoop(options => new SelectorEventLoop(
            _selector, options with { TimeProvider = _clock, NameResolver = _resolver }));
    }

    private EventLoop Loop => _test.Loop;

    public void Dispose()
    {
        _test.Dispose();
        _host.Dispose();
        _selector.Dispose();
    }

    [Fact(DisplayName = "CC-08 CC-10 After the delay the next attempt starts; the first to connect wins, the other is closed")]
    public void Race_FirstHangs_SecondWins() => Run(async () =>
    {
        _host.Listening().Listening("127.0.0.2");
        Report(attempt: 1, at: 300);
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync();
        Assert.Equal(_host.EndPoints[1], transport.RemoteEndPoint);
        Assert.Equal([(0, 0), (1, 250)], _started);
        Assert.InRange(_clock.Elapsed.TotalMilliseconds, 300, 301);
        await LostAsync(0);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-08 When the latest attempt fails, the next starts at once")]
    public void Race_LatestFails_NextStartsAtOnce() => Run(async () =>
    {
        _host.Refusing().Refusing("127.0.0.2").Listening("127.0.0.3");
        Report(attempt: 0, at: 10);
        Report(attempt: 1, at: 20);
        Report(attempt: 2, at: 30);
        (_, RecordingProtocol protocol) = await ConnectAsync();
        Assert.Equal([(0, 0), (1, 10), (2, 20)], _started);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-08 When an earlier attempt fails, the next waits for its time; the delay counts from the latest start")]
    public void Race_EarlierFails_NextWaits() => Run(async () =>
    {
        _host.Refusing().Listening("127.0.0.2").Listening("127.0.0.3");
        Report(attempt: 0, at: 260);
        Report(attempt: 2, at: 510);
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync();
        Assert.Equal(_host.EndPoints[2], transport.RemoteEndPoint);
        Assert.Equal([(0, 0), (1, 250), (2, 500)], _started);
        await LostAsync(1);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-10 Of two that connect in the same turn one wins and the other is closed; the factory runs once")]
    public void Race_TwoInstantWinners_OneSurvives() => Run(async () =>
    {
        _host.Listening().Listening("127.0.0.2").Listening("127.0.0.3");
        int made = 0;
        Loop.CallLater(TimeSpan.FromMilliseconds(600), () =>
        {
            foreach (int attempt in new[] { 1, 0, 2 })
            {
                _selector.Report(_attempts[attempt], SelectorEvents.Write);
            }
        });
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync(factory: () =>
        {
            made++;
            return Recorder();
        });
        Assert.Equal(_host.EndPoints[1], transport.RemoteEndPoint);
        Assert.Equal(1, made);
        Assert.Equal(1, Loop.Statistics.Descriptors);
        await LostAsync(0);
        await LostAsync(2);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-10 When all fail, every attempt has its error, in the order of the starts")]
    public void Race_AllFail_ErrorsAreInStartOrder() => Run(async () =>
    {
        _host.Refusing().Refusing("127.0.0.2").Refusing("127.0.0.3");
        Report(attempt: 2, at: 510);
        Report(attempt: 0, at: 520);
        Report(attempt: 1, at: 530);
        AggregateException all = await Assert.ThrowsAsync<AggregateException>(
            () => ConnectAsync(options => options with { AllErrors = true }));
        Assert.Equal(3, all.InnerExceptions.Count);
        for (int i = 0; i < 3; i++)
        {
            var failure = Assert.IsType<SocketException>(all.InnerExceptions[i]);
            Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
            Assert.Contains(_host.EndPoints[i].ToString(), failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, Loop.Statistics.Descriptors);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "CC-10 The last one may fail while an earlier one still runs, and wins")]
    public void Race_LastFails_EarlierMayWin() => Run(async () =>
    {
        _host.Listening().Refusing("127.0.0.2");
        Report(attempt: 1, at: 260);
        Report(attempt: 0, at: 10_000);
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync();
        Assert.Equal(_host.EndPoints[0], transport.RemoteEndPoint);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-08 Without a delay addresses are tried one after the other, however long one takes")]
    public void Race_WithoutDelay_IsSequential() => Run(async () =>
    {
        _host.Refusing().Listening("127.0.0.2");
        Report(attempt: 0, at: 60_000);
        Report(attempt: 1, at: 60_001);
        (_, RecordingProtocol protocol) = await ConnectAsync(options => options with { HappyEyeballsDelay = null });
        Assert.Equal([(0, 0), (1, 60_000)], _started);
        await EndAsync(protocol);
    });

    [Fact(DisplayName = "CC-08 A delay of zero starts all at once")]
    public void Race_WithDelayZero_StartsAll() => Run(async () =>
    {
        _host.Listening().Listening("127.0.0.2").Listening("127.0.0.3");
        Report(attempt: 2, at: 10);
        (_, RecordingProtocol protocol) = await ConnectAsync(options => options with { HappyEyeballsDelay = TimeSpan.Zero });
        Assert.Equal(3, _started.Count);
        Assert.All(_started, start => Assert.Equal(0, start.At));
        await EndAsync(protocol);
    });

    [Theory(DisplayName = "CC-09 With a delay families take turns, without one they do not, unless told otherwise")]
    [InlineData(true, null, "0 2 1")]
    [InlineData(true, 0, "0 1 2")]
    [InlineData(true, 2, "0 1 2")]
    [InlineData(false, null, "0 1 2")]
    [InlineData(false, 1, "0 2 1")]
    public void Race_OfTwoFamilies_InterleavesThem(bool delayed, int? interleave, string expected) => Run(async () =>
    {
        _host.Refusing().Refusing("127.0.0.2").Refusing("::1");
        Report(attempt: 0, at: 1);
        Report(attempt: 1, at: 2);
        Report(attempt: 2, at: 3);
        AggregateException all = await Assert.ThrowsAsync<AggregateException>(() => ConnectAsync(options => options with
        {
            HappyEyeballsDelay = delayed ? s_delay : null,
            Interleave = interleave,
            AllErrors = true,
        }));
        string[] order = expected.Split(' ');
        for (int i = 0; i < order.Length; i++)
        {
            string address = _host.EndPoints[order[i][0] - '0'].ToString();
            Assert.Contains(address, all.InnerExceptions[i].Message, StringComparison.Ordinal);
        }
    });

    [Fact(DisplayName = "A report of readiness that is not true changes nothing")]
    public void Race_SpuriousReadiness_IsIgnored() => Run(async () =>
    {
        using var hole = new BlackHole();
        _host.At(hole.EndPoint).Listening();
        Report(attempt: 0, at: 1);
        Report(attempt: 0, at: 2);
        Report(attempt: 1, at: 251);
        (ITransport transport, RecordingProtocol protocol) = await ConnectAsync();
        Assert.Equal(_host.EndPoints[1], transport.RemoteEndPoint);
        await EndAsync(protocol);
    });

    [Theory(DisplayName = "CC-11 Canceling closes every socket of the race at once, whenever it comes")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(251)]
    [InlineData(501)]
    public void Cancel_DuringTheRace_ClosesAll(int after) => Run(async () =>
    {
        _host.Listening().Listening("127.0.0.2").Listening("127.0.0.3");
        using var cancellation = new CancellationTokenSource();
        Task<(ITransport Transport, RecordingProtocol Protocol)> connecting = ConnectAsync(cancellationToken: cancellation.Token);
        var canceled = new TaskCompletionSource();
        Loop.CallLater(TimeSpan.FromMilliseconds(after), () =>
        {
            cancellation.Cancel();
            Assert.Equal(0, Loop.Statistics.Descriptors);
            Assert.Equal(0, Loop.Statistics.ActiveTimers);
            canceled.SetResult();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await canceled.Task;
        int attempts = _attempts.Count;
        Assert.Equal(1 + (after / 250), attempts);
        for (int i = 0; i < attempts; i++)
        {
            await LostAsync(i);
        }
    });

    [Fact(DisplayName = "CC-10 The loop closes under a race: everything is closed, the factory is not called")]
    public async Task Close_DuringTheRace_ClosesAll()
    {
        _host.Listening().Listening("127.0.0.2");
        _resolver.Answer("host.test", [.. _host.EndPoints]);
        Task<(ITransport Transport, RecordingProtocol Protocol)>? connecting = null;
        Loop.RunUntilComplete(async () =>
        {
            connecting = Loop.CreateConnectionAsync<RecordingProtocol>(
                () => throw new InvalidTimeZoneException(),
                "host.test",
                "service",
                new ConnectionOptions { HappyEyeballsDelay = s_delay },
                CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(300), Loop.TimeProvider);
        });
        Assert.Equal(2, _attempts.Count);
        Loop.Close();
        await Assert.ThrowsAsync<LoopClosedException>(() => connecting!);
        await LostAsync(0);
        await LostAsync(1);
    }

    // No watchdog: a timer of the loop would come due whenever the loop waits for the system. The selector bounds that wait.
    private void Run(Func<Task> body)
    {
        Loop.RunUntilComplete(body);
        Loop.Close();
        Assert.All(_records, record => record.Verify(mustBeLost: true));
        Assert.Empty(_test.Errors);
    }

    private RecordingProtocol Recorder()
    {
        var protocol = new RecordingProtocol();
        _records.Add(protocol.Record);
        return protocol;
    }

    /// <summary>The selector will report an attempt then, in milliseconds of virtual time.</summary>
    private void Report(int attempt, int at) => Loop.CallLater(
        TimeSpan.FromMilliseconds(at), () => _selector.Report(_attempts[attempt], SelectorEvents.Write));

    private async Task<(ITransport Transport, RecordingProtocol Protocol)> ConnectAsync(
        Func<ConnectionOptions, ConnectionOptions>? change = null,
        Func<RecordingProtocol>? factory = null,
        CancellationToken cancellationToken = default)
    {
        _resolver.Answer("host.test", [.. _host.EndPoints]);
        var options = new ConnectionOptions { HappyEyeballsDelay = s_delay };
        return await Loop.CreateConnectionAsync(
            factory ?? Recorder, "host.test", "service", change?.Invoke(options) ?? options, cancellationToken);
    }

    /// <summary>An attempt waits for writing; transports wait for reading.</summary>
    private void NoteAttempt(nint descriptor, SelectorEvents events)
    {
        if (events == SelectorEvents.Write)
        {
            _started.Add((_attempts.Count, Math.Floor(_clock.Elapsed.TotalMilliseconds)));
            _attempts.Add(descriptor);
        }
    }

    private async Task LostAsync(int address)
    {
        using Socket accepted = await _host.AcceptAsync(address).WaitAsync(Patience.Bound);
        Assert.Equal(0, await accepted.ReceiveAsync(new byte[1]));
    }

    private static async Task EndAsync(RecordingProtocol protocol)
    {
        protocol.Record.Transport.Abort();
        await protocol.Record.Lost;
    }
}
