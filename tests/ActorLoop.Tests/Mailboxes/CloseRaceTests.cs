using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Mailboxes;

/// <summary>
/// Threads that post while the loop closes: every post is accepted or rejected, and what is accepted runs once.
/// </summary>
public sealed class CloseRaceTests
{
    private const int Threads = 16;
    private const int Rounds = 150;

    [Fact(
        DisplayName = "F31 Sixteen threads post while the loop stops and closes: accepted posts run exactly once, others never")]
    public void Close_WhileThreadsPost_RunsWhatWasAccepted()
    {
        for (int round = 0; round < Rounds; round++)
        {
            EventLoop loop = EventLoop.Create(new EventLoopOptions { MailboxCapacity = round % 3 == 0 ? 64 : null });
            using var posters = new Posters(loop, round);
            int stopAfter = round * 7;
            loop.CallLater(TimeSpan.FromMicroseconds(stopAfter), loop.Stop);
            posters.Start();
            loop.RunForever();
            loop.Close();
            posters.Verify();
        }
    }

    [Fact(
        DisplayName = "F31 Sixteen threads post while an EventLoopThread stops: accepted posts run exactly once, others never")]
    public async Task StopAsync_WhileThreadsPost_RunsWhatWasAccepted()
    {
        for (int round = 0; round < Rounds; round++)
        {
            var thread = new EventLoopThread();
            using var posters = new Posters(thread.Loop, round);
            posters.Start();
            Thread.SpinWait(round * 100);
            await thread.StopAsync().WaitAsync(Patience.Bound);
            posters.Verify();
        }
    }

    [Fact(DisplayName = "F31 Sixteen threads post to a loop that closes without ever having run")]
    public void Close_WithoutARun_RunsWhatWasAccepted()
    {
        for (int round = 0; round < Rounds; round++)
        {
            EventLoop loop = EventLoop.Create();
            using var posters = new Posters(loop, round);
            posters.Start();
            Thread.SpinWait(round * 100);
            loop.Close();
            posters.Verify();
        }
    }

    [Fact(
        DisplayName = "F31 LC-13 Close runs accepted posts in one last batch, on the closing thread, and refuses theirs")]
    public void Close_WithPosts_RunsThemOnce()
    {
        using var test = new TestLoop();
        EventLoop loop = test.Loop;
        var ran = new List<string>();
        loop.Post(() =>
        {
            ran.Add("first");
            Assert.True(loop.IsClosed);
            Assert.Same(loop, EventLoop.Current);
            Assert.False(loop.TryPost(() => ran.Add("never")));
            Assert.Throws<LoopClosedException>(() => loop.Post(() => ran.Add("never")));
        });
        loop.Post(() => throw new IOException("reported"));
        loop.Post(() => throw new FatalLoopException("leaves Close"));
        TestLoop.OnOtherThread(() => loop.Post(() => ran.Add("last")));
        loop.CallSoon(() => ran.Add("never"));

        Assert.Equal("leaves Close", Assert.Throws<FatalLoopException>(loop.Close).Message);
        Assert.Equal(["first", "last"], ran);
        Assert.Equal(["reported"], test.Errors.Select(error => error.Exception!.Message));
        Assert.Null(EventLoop.CurrentOrDefault);
        loop.Close();
        Assert.Equal(2, ran.Count);
    }

    /// <summary>Threads that each post until they are rejected for good.</summary>
    private sealed class Posters : IDisposable
    {
        private readonly EventLoop _loop;
        private readonly int _round;
        private readonly Barrier _start = new(Threads + 1);
        private readonly Thread[] _threads;
        private readonly int[] _accepted = new int[Threads];
        private readonly int[] _ran = new int[Threads];
        private int _misordered;
        private int _total;

        public Posters(EventLoop loop, int round)
        {
            _loop = loop;
            _round = round;
            _threads =
            [
                .. Enumerable.Range(0, Threads)
                    .Select(number => new Thread(() => PostUntilRejected(number)) { IsBackground = true }),
            ];
        }

        public void Start()
        {
            Array.ForEach(_threads, thread => thread.Start());
            _start.SignalAndWait();
        }

        public void Verify()
        {
            Array.ForEach(_threads, Patience.Join);
            int ranAtClose = Volatile.Read(ref _total);
            Assert.Equal(_accepted, _ran);
            Assert.Equal(0, _misordered);
            Assert.True(_loop.IsClosed);
            Assert.False(_loop.TryPost(() => _total++));
            Assert.Equal(ranAtClose, _total);
            Assert.Equal(_accepted.Sum(), _total);
        }

        public void Dispose() => _start.Dispose();

        private void PostUntilRejected(int number)
        {
            _start.SignalAndWait();
            while (Post(number))
            {
                if ((_accepted[number] & 255) == 255)
                {
                    // Two cores and sixteen producers: without it the mailbox grows until the loop gets its turn.
                    Thread.Yield();
                }
            }
        }

        private bool Post(int number)
        {
            int sequence = _accepted[number];
            try
            {
                if ((sequence + _round) % 2 == 0)
                {
                    _loop.Post(() => Arrived(number, sequence));
                }
                else if (!_loop.TryPost(() => Arrived(number, sequence)))
                {
                    return !_loop.IsClosed;
                }

                _accepted[number]++;
                return true;
            }
            catch (MailboxFullException)
            {
                return true;
            }
            catch (LoopClosedException)
            {
                return false;
            }
        }

        private void Arrived(int number, int sequence)
        {
            _total++;
            if (_ran[number]++ != sequence)
            {
                _misordered++;
            }
        }
    }
}
