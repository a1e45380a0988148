using System.Runtime.CompilerServices;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Processes;

public sealed class LoopProcessTests : ProcessTest
{
    [Fact(DisplayName = "SP-11 Communicate feeds the input, collects output and errors, and returns the code")]
    public void Communicate_AllThree() => RunChildren(async () =>
    {
        await using LoopProcess process = await Loop.StartShellAsync("cat; echo trouble >&2; exit 6");
        (byte[]? output, byte[]? errors, int code) = await process.CommunicateAsync("hello"u8.ToArray());
        Assert.Equal(("hello", "trouble\n", 6), (Text(output), Text(errors), code));
        Assert.Equal(6, process.ReturnCode);
    });

    [Fact(DisplayName = "SP-11 SP-12 Ten mebibytes both ways do not deadlock")]
    public void Communicate_TenMebibytes_ComeBack() => RunChildren(async () =>
    {
        byte[] data = TestBytes.Make(10 * 1024 * 1024);
        await using LoopProcess process = await Loop.StartProcessAsync("cat", []);
        (byte[]? output, byte[]? errors, int code) = await process.CommunicateAsync(data);
        Assert.Equal(data, output);
        Assert.Empty(errors!);
        Assert.Equal(0, code);
    });

    [Fact(DisplayName = "SP-11 A child that reads only the beginning of its input is no error")]
    public void Communicate_ChildReadsLittle_IsNoError() => RunChildren(async () =>
    {
        await using LoopProcess process = await Loop.StartProcessAsync("head", ["-c", "5"]);
        (byte[]? output, _, int code) = await process.CommunicateAsync(new byte[5 * 1024 * 1024]);
        Assert.Equal((5, 0), (output!.Length, code));
    });

    [Fact(DisplayName = "SP-11 Where there is no pipe there is nothing; input without a pipe is refused")]
    public void Communicate_NoPipes_ReturnsNulls() => RunChildren(async () =>
    {
        var options = new SubprocessOptions
        {
            Stdin = SubprocessStdio.Null,
            Stdout = SubprocessStdio.Null,
            Stderr = SubprocessStdio.Null,
        };
        await using LoopProcess process = await Loop.StartProcessAsync("true", [], options);
        await Assert.ThrowsAsync<ArgumentException>(() => process.CommunicateAsync(new byte[1]));
        Assert.Equal((null, null, 0), await process.CommunicateAsync());
        Assert.Null(process.Stdin);
    });

    [Fact(DisplayName = "SP-02 Lines go in and come out, as on any stream")]
    public void Streams_Lines_ComeBack() => RunChildren(async () =>
    {
        await using LoopProcess process = await Loop.StartProcessAsync("cat", []);
        for (int i = 0; i < 10; i++)
        {
            await process.Stdin!.WriteAsync("line\n"u8.ToArray());
            Assert.Equal("line\n"u8.ToArray(), await process.Stdout!.ReadLineAsync());
        }

        Assert.True(process.Stdin!.CanWrite && !process.Stdin.CanRead && process.Stdout!.CanRead && !process.Stdout.CanWrite);
        Assert.Empty(await process.Stdin.ReadToEndAsync());
        Assert.Throws<NotSupportedException>(() => process.Stdout.Write("x"u8));
        process.Stdin.Close();
        Assert.Empty(await process.Stdout.ReadLineAsync());
        Assert.Equal(0, await process.WaitAsync());
    });

    [Fact(DisplayName = "SP-09 The code of a child that exits at once is there for everybody who asks, however late or often")]
    public void Wait_ManyTimes_SameAnswer() => RunChildren(async () =>
    {
        await using LoopProcess process = await Loop.StartShellAsync("exit 3");
        using var source = new CancellationTokenSource();
        Task<int>[] waits = [.. Enumerable.Range(0, 5).Select(_ => process.WaitAsync())];
        Assert.All(await Task.WhenAll(waits), code => Assert.Equal(3, code));
        await TurnsAsync();
        Assert.Equal(3, await process.WaitAsync());
        process.Kill();
        process.Terminate();
    });

    [Fact(DisplayName = "SP-09 Canceling one wait ends neither the child nor the other waits")]
    public void Wait_Canceled_OthersGoOn() => RunChildren(async () =>
    {
        await using LoopProcess process = await Loop.StartProcessAsync("cat", []);
        using var source = new CancellationTokenSource();
        Task<int> canceled = process.WaitAsync(source.Token);
        Task<int> other = process.WaitAsync();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        Assert.Null(process.ReturnCode);
        process.Stdin!.Close();
        Assert.Equal(0, await other);
    });

    [Fact(DisplayName = "SP-10 Waiting ends with the exit, although a grandchild holds the pipes; disposing does not wait for it")]
    public void Wait_GrandchildHoldsThePipes_EndsWithTheExit() => RunChildren(async () =>
    {
        string gate = NewPath();
        Pipes.Native.MakeFifo(gate);
        await using (LoopProcess process = await Loop.StartShellAsync($"(read x < {gate}) & exit 2"))
        {
            Assert.Equal(2, await process.WaitAsync());
        }

        await File.WriteAllTextAsync(gate, "go\n");
    });

    [Fact(DisplayName = "SP-12 Output that nobody reads holds the child back at the limit")]
    public void Output_NobodyReads_ChildWaits() => RunChildren(async () =>
    {
        await using LoopProcess process = await Loop.StartProcessAsync("yes", [], new SubprocessOptions { StreamLimit = 1000 });
        var output = (IReadTransport)process.Transport.GetPipeTransport(1)!;
        await Patience.WaitForAsync(() => !output.IsReading, "reading to pause");
        Assert.Equal(1000, (await process.Stdout!.ReadExactlyAsync(1000)).Length);
    });

    [Fact(DisplayName = "SP-07 Disposing kills the child and collects it, on any thread")]
    public void Dispose_ChildRuns_KillsAndCollects() => RunChildren(async () =>
    {
        LoopProcess process = await Loop.StartProcessAsync("cat", []);
        await process.DisposeAsync();
        Assert.Equal(-9, process.ReturnCode);
        Assert.False(Exists(process.ProcessId));
        await process.DisposeAsync();
        LoopProcess elsewhere = await Loop.StartProcessAsync("cat", []);
        await Task.Run(async () => await elsewhere.DisposeAsync());
        Assert.False(Exists(elsewhere.ProcessId));
        Assert.Equal(-9, await Task.Run(() => elsewhere.WaitAsync()));
    });

    [Fact(DisplayName = "SP-15 A process that is dropped while it runs is reported and killed")]
    public void Dropped_ChildRuns_ReportedAndKilled() => RunChildren(async () =>
    {
        int process = await StartAndDropAsync();
        await Patience.WaitForAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !Exists(process);
            },
            "the dropped child to end");
        Assert.All(TakeReports(), report => Assert.Equal(LoopErrorKind.ResourceLeak, report.Kind));
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<int> StartAndDropAsync()
    {
        var options = new SubprocessOptions { Stdin = SubprocessStdio.Null };
        return (await Loop.StartProcessAsync("sleep", ["1000"], options)).ProcessId;
    }
}
