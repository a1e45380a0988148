using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>Watching descriptors (FD).</summary>
// FD-08, the limits of asyncio's loops on Windows, comes with the loop of completions.
public abstract class DescriptorContract<TKind> : LoopContract<TKind>
    where TKind : ILoopKind, new()
{
    [Fact(DisplayName = "FD-01 A descriptor is watched by number, by handle and by socket")]
    public void AddReaderAndWriter_InEveryForm_Watch()
    {
        using SocketPair sockets = new();
        Socket socket = sockets.Near;
        sockets.Far.Send([1]);

        Loop.AddReader(socket.Handle, Note("number reads"));
        Loop.AddWriter(socket.Handle, Note("number writes"));
        RunReadyTurn();
        Assert.True(Loop.RemoveReader(socket.Handle));
        Assert.True(Loop.RemoveWriter(socket.Handle));
        Loop.AddReader(socket.SafeHandle, Note("handle reads"));
        Loop.AddWriter(socket.SafeHandle, Note("handle writes"));
        RunReadyTurn();
        Assert.True(Loop.RemoveReader(socket.SafeHandle));
        Assert.True(Loop.RemoveWriter(socket.SafeHandle));
        Loop.AddReader(socket, Note("socket reads"));
        Loop.AddWriter(socket, Note("socket writes"));
        RunReadyTurn();
        Assert.True(Loop.RemoveReader(socket));
        Assert.True(Loop.RemoveWriter(socket));

        Assert.Equal(
            ["number reads", "number writes", "handle reads", "handle writes", "socket reads", "socket writes"], Ran);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    }

    [Fact(DisplayName = "FD-01 What is no open descriptor is refused before anything is watched")]
    public void AddReader_OfNoDescriptor_Throws()
    {
        var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Dispose();
        Action nothing = () => { };
        Action[] calls =
        [
            () => Loop.AddReader(-1, nothing),
            () => Loop.AddWriter(-1, nothing),
            () => Loop.RemoveReader(-1),
            () => Loop.RemoveWriter(-1),
            () => Loop.AddReader(999_999, nothing),
            () => Loop.AddWriter(999_999, nothing),
            () => Loop.AddReader((Socket)null!, nothing),
            () => Loop.AddWriter((System.Runtime.InteropServices.SafeHandle)null!, nothing),
        ];
        Assert.All(calls, call => Assert.ThrowsAny<ArgumentException>(call));
        Assert.ThrowsAny<Exception>(() => Loop.AddReader(closed, nothing));
        Assert.Throws<ArgumentException>(() => Loop.AddReader(closed.SafeHandle, nothing));
        var error = Assert.Throws<ArgumentOutOfRangeException>("descriptor", () => Loop.AddReader(-7, nothing));
        Assert.Contains("-7", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    }

    [Fact(DisplayName = "FD-02 A callback runs once a turn while its descriptor is ready")]
    public void Reader_WhileReadable_RunsOncePerTurn()
    {
        DescriptorPair pair = NewReadablePair();
        Loop.AddReader(pair.Near, Note("read"));
        for (int turn = 1; turn <= 3; turn++)
        {
            RunReadyTurn();
            Assert.Equal(turn, Ran.Count);
        }

        pair.ReceiveAtNear();
        Ran.Clear();
        Test.RunTurnsUntil(() => !TookReadiness(), "nothing is ready any more");
        pair.SendToNear();
        RunReadyTurn();
        Assert.Equal(["read"], Ran);
    }

    [Fact(DisplayName = "FD-02 The end of the stream is readable")]
    public void Reader_AfterThePeerClosed_Runs()
    {
        DescriptorPair pair = NewPair();
        Loop.AddReader(pair.Near, Note("read"));
        pair.CloseFar();
        RunReadyTurn();
        Assert.Equal(["read"], Ran);
    }

    [Fact(DisplayName = "FD-03 A second callback replaces the first, also one that is queued already")]
    public void AddReader_Again_Replaces()
    {
        DescriptorPair first = NewReadablePair();
        DescriptorPair second = NewReadablePair();
        Loop.AddReader(first.Near, Note("never"));
        Loop.AddReader(first.Near, ReplaceTheOther("first", second));
        Loop.AddReader(second.Near, ReplaceTheOther("second", first));
        ExpectReady(2);
        Test.RunTurn();
        Assert.Single(Ran);
        string winner = Ran[0];

        RunReadyTurn(2);
        Assert.Equal(3, Ran.Count);
        Assert.Contains("replacement", Ran);
        Assert.Equal(2, Ran.Count(name => name == winner));
        Assert.Equal(2, Loop.Statistics.Descriptors);
    }

    [Fact(DisplayName = "FD-03 Reader and writer of a descriptor are independent")]
    public void ReaderAndWriter_OfOneDescriptor_AreIndependent()
    {
        DescriptorPair pair = NewReadablePair();
        Loop.AddReader(pair.Near, Note("read"));
        Loop.AddWriter(pair.Near, Note("write"));
        Assert.Equal(1, Loop.Statistics.Descriptors);
        RunReadyTurn();
        Assert.True(Loop.RemoveReader(pair.Near));
        RunReadyTurn();
        Loop.AddReader(pair.Near, Note("read again"));
        Assert.True(Loop.RemoveWriter(pair.Near));
        RunReadyTurn();
        Assert.Equal(["read", "write", "write", "read again"], Ran);
    }

    [Fact(DisplayName = "FD-04 Removing says whether there was something to remove")]
    public void Remove_Twice_IsTrueOnce()
    {
        DescriptorPair pair = NewReadablePair();
        Assert.False(Loop.RemoveReader(pair.Near));
        Assert.False(Loop.RemoveWriter(pair.Near));
        Loop.AddReader(pair.Near, Note("never"));
        Assert.False(Loop.RemoveWriter(pair.Near));
        Assert.True(Loop.RemoveReader(pair.Near));
        Assert.False(Loop.RemoveReader(pair.Near));
        Test.RunTurns(3);
        Assert.Empty(Ran);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    }

    [Fact(DisplayName = "FD-04 A removed callback does not run, although its readiness is queued")]
    public void Remove_OfAQueuedCallback_SkipsIt()
    {
        DescriptorPair first = NewReadablePair();
        DescriptorPair second = NewReadablePair();
        Loop.AddReader(first.Near, RemoveTheOther("first", second));
        Loop.AddReader(second.Near, RemoveTheOther("second", first));
        ExpectReady(2);
        Test.RunTurn();
        Assert.Single(Ran);
    }

    [Fact(DisplayName = "FD-04 A reader may remove the writer that is queued behind it")]
    public void RemoveWriter_ByTheReader_SkipsIt()
    {
        DescriptorPair pair = NewReadablePair();
        Loop.AddWriter(pair.Near, Note("write"));
        Loop.AddReader(pair.Near, () =>
        {
            Ran.Add("read");
            Assert.True(Loop.RemoveWriter(pair.Near));
        });
        RunReadyTurn();
        Assert.Equal(["read"], Ran);
        Assert.Empty(Test.Errors);
    }

    [Fact(DisplayName = "FD-05 The descriptor of a transport or server is nobody else's to watch")]
    public async Task AddReader_OfATransport_Throws()
    {
        using var running = new RunningLoop(NewLoop().Loop);
        EventLoop loop = running.Loop;
        using var sockets = new SocketPair();
        nint descriptor = sockets.Near.Handle;
        await running.DoAsync(async () =>
        {
            (ITransport transport, _) = await loop.CreateConnectionAsync(() => new IdleProtocol(), sockets.Near);
            AssertRefused(loop, descriptor);
            var lost = new TaskCompletionSource();
            ((IdleProtocol)transport.Protocol).Lost = lost;
            transport.Abort();
            await lost.Task;
        });

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        descriptor = listener.Handle;
        await running.DoAsync(async () =>
        {
            await using Server server = await loop.CreateServerAsync(() => new IdleProtocol(), listener);
            AssertRefused(loop, descriptor);
        });
    }

    [Fact(DisplayName = "FD-06 A closed loop watches nothing and has nothing to remove")]
    public void AddReader_OnAClosedLoop_Throws()
    {
        DescriptorPair pair = NewPair();
        Loop.AddReader(pair.Near, Note("never"));
        Loop.Close();
        Assert.Throws<LoopClosedException>(() => Loop.AddReader(pair.Near, Note("never")));
        Assert.Throws<LoopClosedException>(() => Loop.AddWriter(pair.Near, Note("never")));
        Assert.False(Loop.RemoveReader(pair.Near));
        Assert.False(Loop.RemoveWriter(pair.Near));
    }

    [Fact(DisplayName = "FD-07 A callback that finds nothing to read goes on being called")]
    public void Reader_ThatFindsNothing_IsCalledAgain()
    {
        using SocketPair sockets = new();
        sockets.Near.Blocking = false;
        DescriptorPair other = NewReadablePair();
        byte[] buffer = new byte[4];
        Loop.AddReader(other.Near, () =>
        {
            // Takes what made the second reader ready, if this one happens to come first.
            Ran.Add("other");
            Loop.RemoveReader(other.Near);
        });
        Loop.AddReader(sockets.Near, () =>
        {
            int count = 0;
            while (sockets.Near.Receive(buffer, SocketFlags.None, out SocketError error) > 0 && error == SocketError.Success)
            {
                count++;
            }

            // Here the second receive is the spurious one: it would block and says so instead.
            Ran.Add($"read {count}");
        });
        sockets.Far.Send([1]);
        Test.RunTurnsUntil(() => Ran.Contains("read 1"), "first byte");
        sockets.Far.Send([2]);
        Test.RunTurnsUntil(() => Ran.Count(name => name == "read 1") == 2, "second byte");
        Assert.Empty(Test.Errors);
    }

    [Fact(
        DisplayName = "F26 A number that is closed and opened again within one batch gets nothing of its former owner")]
    public void Reader_OfAReusedNumber_GetsNothingStale()
    {
        const int Rounds = 2_000;
        DescriptorPair first = NewPair();
        DescriptorPair second = NewPair();
        DescriptorPair silent = NewPair();
        int misdelivered = 0;
        int delivered = 0;
        Action Reopen(DescriptorPair own, DescriptorPair other) => () =>
        {
            delivered++;
            Assert.True(Loop.RemoveReader(own.Near));
            Assert.True(Loop.RemoveReader(other.Near));
            other.BecomeNearOf(silent);
            Loop.AddReader(other.Near, () => misdelivered++);
        };
        for (int i = 0; i < Rounds; i++)
        {
            using var nearA = new DescriptorPair();
            using var nearB = new DescriptorPair();
            nearA.SendToNear();
            nearB.SendToNear();
            first.BecomeNearOf(nearA);
            second.BecomeNearOf(nearB);
            Loop.AddReader(first.Near, Reopen(first, second));
            Loop.AddReader(second.Near, Reopen(second, first));
            ExpectReady(2);
            Test.RunTurn();
            Test.RunTurn();
            Assert.Equal(i + 1, delivered);
            Assert.True(Loop.RemoveReader(first.Near) ^ Loop.RemoveReader(second.Near));
        }

        Assert.Equal(0, misdelivered);
        Assert.Empty(Test.Errors);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    }

    [Fact(
        DisplayName = "F26 A descriptor that was closed while it was watched can still be removed, and the loop closed")]
    public void RemoveReader_AfterTheDescriptorClosed_IsTrue()
    {
        DescriptorPair removed = NewPair();
        DescriptorPair left = NewPair();
        Loop.AddReader(removed.Near, Note("never"));
        Loop.AddReader(left.Near, Note("never"));
        removed.CloseNear();
        left.CloseNear();
        Assert.True(Loop.RemoveReader(removed.Near));
        Assert.Equal(1, Loop.Statistics.Descriptors);
        Loop.Close();
        Assert.Equal(0, Loop.Statistics.Descriptors);
        Assert.Empty(Test.Errors);
    }

    [Fact(DisplayName = "A watched callback may end the watching of itself, and come back")]
    public void RemoveReader_ByItself_EndsIt()
    {
        DescriptorPair pair = NewReadablePair();
        Loop.AddReader(pair.Near, () =>
        {
            Ran.Add("first");
            Assert.True(Loop.RemoveReader(pair.Near));
        });
        RunReadyTurn();
        Test.RunTurns(3);
        Assert.Equal(["first"], Ran);
        Loop.AddReader(pair.Near, Note("back"));
        RunReadyTurn();
        Assert.Equal(["first", "back"], Ran);
    }

    private static void AssertRefused(EventLoop loop, nint descriptor)
    {
        Action[] calls =
        [
            () => loop.AddReader(descriptor, () => { }),
            () => loop.AddWriter(descriptor, () => { }),
            () => loop.RemoveReader(descriptor),
            () => loop.RemoveWriter(descriptor),
        ];
        Assert.All(calls, call =>
        {
            var error = Assert.Throws<InvalidOperationException>(call);
            Assert.Contains($"{descriptor}", error.Message, StringComparison.Ordinal);
        });
    }

    /// <summary>Runs a turn in which this many descriptors are ready.</summary>
    private void RunReadyTurn(int descriptors = 1)
    {
        ExpectReady(descriptors);
        Test.RunTurn();
    }

    private bool TookReadiness()
    {
        bool took = Ran.Count > 0;
        Ran.Clear();
        return took;
    }

    private Action ReplaceTheOther(string name, DescriptorPair other) => () =>
    {
        Ran.Add(name);
        if (Ran.Count == 1)
        {
            Loop.AddReader(other.Near, Note("replacement"));
        }
    };

    private Action RemoveTheOther(string name, DescriptorPair other) => () =>
    {
        Ran.Add(name);
        Assert.True(Loop.RemoveReader(other.Near));
    };

    private sealed class IdleProtocol : Protocol
    {
        public TaskCompletionSource? Lost { get; set; }

        public override void ConnectionLost(Exception? exception) => Lost?.SetResult();
    }
}
