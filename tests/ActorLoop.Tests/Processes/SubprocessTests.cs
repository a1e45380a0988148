using System.Runtime.InteropServices;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Processes;

public sealed class SubprocessTests : ProcessTest
{
    [Fact(DisplayName = "SP-01 SP-02 SP-04 What goes into cat comes out of it; the loss of the child is its last call")]
    public void Cat_OneLine_ComesBack() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ExecAsync("cat", []);
        Assert.True(child.Transport.ProcessId > 1);
        Assert.Null(child.Transport.ReturnCode);
        var input = (IWriteTransport)child.Transport.GetPipeTransport(0)!;
        Assert.IsType<IReadTransport>(child.Transport.GetPipeTransport(1), exactMatch: false);
        Assert.IsType<IReadTransport>(child.Transport.GetPipeTransport(2), exactMatch: false);
        Assert.Throws<ArgumentOutOfRangeException>(() => child.Transport.GetPipeTransport(3));
        input.Write("a line\n"u8);
        await child.ReceivedAsync(1, 7);
        input.WriteEof();
        Assert.Null(await child.Lost);
        Assert.Equal("a line\n", Text(child.Output));
        Assert.Equal(0, child.Transport.ReturnCode);
        Assert.Equal(("made", "lost"), (child.Calls[0], child.Calls[^1]));
        Assert.Equal(
            ["data 1", "exited", "pipe 0 lost", "pipe 1 lost", "pipe 2 lost"],
            child.Calls[1..^1].Order(StringComparer.Ordinal));
    });

    [Theory(DisplayName = "SP-05 The return code is the exit status, or minus the number of the signal")]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -9 $$", -9)]
    [InlineData("kill -TERM $$", -15)]
    [InlineData("kill -PIPE $$", -13)]
    public void ReturnCode_Exit_OrSignal(string command, int expected) => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ShellAsync(command);
        await child.Lost;
        Assert.Equal(expected, child.Transport.ReturnCode);
    });

    [Fact(DisplayName = "SP-02 SP-05 Terminate, Kill and signals reach the child")]
    public void Signals_ReachTheChild() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol terminated = await ExecAsync("cat", []);
        terminated.Transport.Terminate();
        await terminated.Lost;
        Assert.Equal(-15, terminated.Transport.ReturnCode);
        RecordingSubprocessProtocol killed = await ExecAsync("cat", []);
        killed.Transport.Kill();
        killed.Transport.Kill();
        await killed.Lost;
        Assert.Equal(-9, killed.Transport.ReturnCode);
        RecordingSubprocessProtocol trapped = await ShellAsync("trap 'echo hup; exit 3' HUP; echo ready; read x");
        await trapped.ReceivedAsync(1, 6);
        trapped.Transport.SendSignal(PosixSignal.SIGHUP);
        await trapped.Lost;
        Assert.Equal((3, "ready\nhup\n"), (trapped.Transport.ReturnCode!.Value, Text(trapped.Output)));
    });

    [Fact(DisplayName = "SP-06 Signals to a child that has exited do nothing; after the end of the transport they throw")]
    public void Signals_AfterTheExit_DoNothingThenThrow() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ExecAsync("true", [], prepare: protocol => protocol.OnExited = () =>
        {
            protocol.Transport.Kill();
            protocol.Transport.SendSignal(1);
        });
        await child.Lost;
        await TurnsAsync();
        Assert.Equal(0, child.Transport.ReturnCode);
        Assert.Throws<InvalidOperationException>(() => child.Transport.Kill());
        Assert.Throws<ArgumentOutOfRangeException>(() => child.Transport.SendSignal(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => child.Transport.SendSignal(65));
    });

    [Fact(DisplayName = "SP-06 Killing while the child exits on its own is harmless, whoever is first")]
    public void Kill_RacingWithTheExit_IsHarmless() => RunChildren(async () =>
    {
        for (int i = 0; i < 50; i++)
        {
            RecordingSubprocessProtocol child = await ExecAsync("true", []);
            for (int spins = 0; spins < i * 20; spins++)
            {
                Thread.SpinWait(100);
            }

            if (!child.Lost.IsCompleted)
            {
                child.Transport.Kill();
            }

            await child.Lost;
            Assert.True(child.Transport.ReturnCode is 0 or -9, $"{child.Transport.ReturnCode}");
        }
    });

    [Fact(DisplayName = "SP-03 A child that has written and exited before anybody listens loses nothing")]
    public void InstantExit_DataIsThere() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = NewProtocol();
        child.OnMade = () => Patience.WaitFor(
            () => File.ReadAllText($"/proc/{child.Transport.ProcessId}/stat").Contains(") Z", StringComparison.Ordinal),
            "the child to be over");
        await Loop.SubprocessExecAsync(() => child, "echo", ["quick"]);
        await child.Lost;
        Assert.Equal(("quick\n", 0), (Text(child.Output), child.Transport.ReturnCode!.Value));
    });

    [Fact(DisplayName = "SP-04 A grandchild that holds the pipes: the exit is told at once, the end when it lets go")]
    public void Grandchild_HoldsThePipes_ExitComesFirst() => RunChildren(async () =>
    {
        string gate = NewPath();
        Pipes.Native.MakeFifo(gate);
        RecordingSubprocessProtocol child = await ShellAsync($"(read x < {gate}; echo late) & exit 4");
        await child.Exited;
        await TurnsAsync(5);
        Assert.Equal(4, child.Transport.ReturnCode);
        Assert.False(child.Lost.IsCompleted);
        await File.WriteAllTextAsync(gate, "go\n");
        Assert.Null(await child.Lost);
        Assert.Equal("late\n", Text(child.Output));
        Assert.True(child.Calls.IndexOf("exited") < child.Calls.IndexOf("data 1"));
    });

    [Fact(DisplayName = "SP-04 SP-07 Close does not wait for a grandchild that holds the pipes")]
    public void Close_GrandchildHoldsThePipes_EndsAtOnce() => RunChildren(async () =>
    {
        string gate = NewPath();
        Pipes.Native.MakeFifo(gate);
        RecordingSubprocessProtocol child = await ShellAsync($"(read x < {gate}) & exit 0");
        await child.Exited;
        child.Transport.Close();
        Assert.Null(await child.Lost);
        Assert.Equal(0, child.Transport.ReturnCode);
        await File.WriteAllTextAsync(gate, "go\n");
    });

    [Fact(DisplayName = "SP-07 Close kills a child that runs, closes its pipes, and the events follow")]
    public void Close_ChildRuns_KillsIt() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ExecAsync("cat", []);
        int process = child.Transport.ProcessId;
        child.Transport.Close();
        child.Transport.Close();
        Assert.True(child.Transport.IsClosing);
        Assert.Equal(["made"], child.Calls);
        Assert.Null(await child.Lost);
        Assert.Equal(-9, child.Transport.ReturnCode);
        Assert.False(Exists(process));
    });

    [Fact(DisplayName = "SP-04 Ten mebibytes through cat, both ways, with flow control of the input")]
    public void Cat_TenMebibytes_ComeBack() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ExecAsync("cat", []);
        var input = (IWriteTransport)child.Transport.GetPipeTransport(0)!;
        byte[] data = TestBytes.Make(10 * 1024 * 1024);
        for (int at = 0; at < data.Length; at += 64 * 1024)
        {
            input.Write(data.AsSpan(at, 64 * 1024));
            while (child.Pauses > child.Resumes)
            {
                await Task.Yield();
            }
        }

        input.Close();
        await child.Lost;
        Assert.True(child.Pauses > 0);
        Assert.Equal(data, child.Output);
    });

    [Fact(DisplayName = "SP-04 A child that closes its input early loses that pipe with EPIPE, and only that one")]
    public void Input_ClosedByTheChild_IsLostAlone() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ShellAsync("exec 0<&-; echo closed; exec sleep 1000");
        await child.ReceivedAsync(1, 7);
        var input = (IWriteTransport)child.Transport.GetPipeTransport(0)!;
        while (!input.IsClosing)
        {
            input.Write(new byte[100_000]);
            await Task.Yield();
        }

        await Patience.WaitForAsync(() => child.PipeErrors.ContainsKey(0), "the loss of the input");
        Assert.True(child.PipeErrors[0] is null or IOException { HResult: 32 }, $"{child.PipeErrors[0]}");
        Assert.Null(child.Transport.ReturnCode);
        child.Transport.Kill();
        await child.Lost;
    });

    [Fact(DisplayName = "SP-04 A protocol that throws at its data loses that pipe, not the child")]
    public void PipeDataReceived_Throws_LosesThePipe() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ShellAsync(
            "echo out; read x; echo err >&2; exit 5",
            prepare: protocol => protocol.OnData = descriptor =>
            {
                if (descriptor == 1)
                {
                    throw new InvalidOperationException("no");
                }
            });
        await Patience.WaitForAsync(() => child.PipeErrors.ContainsKey(1), "the loss of the output");
        Assert.IsType<InvalidOperationException>(child.PipeErrors[1]);
        ((IWriteTransport)child.Transport.GetPipeTransport(0)!).Write("go\n"u8);
        await child.Lost;
        Assert.Equal(("err\n", 5), (Text(child.Errors), child.Transport.ReturnCode!.Value));
        Assert.Equal(LoopErrorKind.Protocol, TakeReport().Kind);
    });

    [Fact(DisplayName = "SP-03 A protocol that throws when the child is made: the child is killed, and it is told why")]
    public void ConnectionMade_Throws_ChildIsKilled() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ExecAsync(
            "cat", [], prepare: protocol => protocol.OnMade = () => throw new InvalidOperationException("no"));
        Assert.IsType<InvalidOperationException>(await child.Lost);
        Assert.Equal(-9, child.Transport.ReturnCode);
        Assert.Equal(LoopErrorKind.Protocol, TakeReport().Kind);
    });

    [Fact(DisplayName = "SP-15 Closing the loop kills and collects the children that run, reports them, and tells their protocols")]
    public void LoopClosed_ChildrenRun_AreKilled()
    {
        RecordingSubprocessProtocol[] children = [];
        RunChildren(async () =>
        {
            children = [await ExecAsync("cat", []), await ExecAsync("sleep", ["1000"]), await ExecAsync("true", [])];
            await children[2].Lost;
            Loop.ExceptionHandler = null;
        });
        Assert.All(children, child => Assert.False(Exists(child.Transport.ProcessId)));
        Assert.Equal([-9, -9, 0], children.Select(child => child.Transport.ReturnCode!.Value));
        Assert.All(children[..2], child => Assert.Equal("lost", child.Calls[^1]));
        Assert.Equal(2, LinesOf(Microsoft.Extensions.Logging.LogLevel.Error).Length);
    }

    [Fact(DisplayName = "SP-08 Canceling a start kills and collects the child")]
    public void Start_Canceled_LeavesNoChild() => RunChildren(async () =>
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Loop.SubprocessExecAsync(
            NewProtocol, "cat", [], cancellationToken: new CancellationToken(canceled: true)));
        using var source = new CancellationTokenSource();
        Task starting = Loop.SubprocessExecAsync(NewProtocol, "cat", [], cancellationToken: source.Token);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        await Patience.WaitForAsync(() => Zombies().Length == 0, "no zombie");
    });
}
