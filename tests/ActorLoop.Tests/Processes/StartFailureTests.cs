using System.Runtime.Versioning;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Processes;

[Collection(Census.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class StartFailureTests : ProcessTest
{
    [Fact(DisplayName = "SP-08 What cannot be started says why, and leaves no descriptor and no child")]
    public void Start_Impossible_SaysWhy() => DescriptorCensus.NothingLeftBy(() => RunChildren(async () =>
    {
        string text = NewPath();
        await File.WriteAllTextAsync(text, "no program");
        FileNotFoundException missing = await Assert.ThrowsAsync<FileNotFoundException>(() => ExecAsync("no-such-program", []));
        Assert.Equal("no-such-program", missing.FileName);
        await Assert.ThrowsAsync<FileNotFoundException>(() => ExecAsync("/no/such/program", []));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => ExecAsync(text, []));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => ExecAsync("/tmp", []));
        IOException format = await Assert.ThrowsAsync<IOException>(() => ExecAsync(NewScript("no program"), []));
        Assert.Equal(8, format.HResult);
        FileNotFoundException interpreter = await Assert.ThrowsAsync<FileNotFoundException>(
            () => ExecAsync(NewScript("#!/no/such/interpreter\n"), []));
        Assert.Contains("interpreter", interpreter.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(
            () => ExecAsync("true", [], new SubprocessOptions { WorkingDirectory = "/no/such/folder" }));
        await Assert.ThrowsAsync<IOException>(() => ExecAsync("true", [new string('x', 4 * 1024 * 1024)]));
        IOException group = await Assert.ThrowsAsync<IOException>(
            () => ExecAsync("true", [], new SubprocessOptions { ProcessGroup = 1 }));
        Assert.Contains("process group 1", group.Message, StringComparison.Ordinal);
        Assert.Empty(Zombies());
    }));

    [Fact(DisplayName = "SP-01 Bad arguments are refused before anything is opened")]
    public void Arguments_Bad_AreRefused() => RunChildren(async () =>
    {
        await Assert.ThrowsAsync<ArgumentException>(() => ExecAsync("", []));
        await Assert.ThrowsAsync<ArgumentException>(() => ExecAsync("a\0b", []));
        await Assert.ThrowsAsync<ArgumentException>(() => ExecAsync("true", ["a\0b"]));
        await Assert.ThrowsAsync<ArgumentNullException>(() => ExecAsync("true", [null!]));
        await Assert.ThrowsAsync<ArgumentNullException>(() => ExecAsync("true", null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SubprocessOptions { ProcessGroup = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SubprocessOptions { StreamLimit = 0 });
        var closed = new Microsoft.Win32.SafeHandles.SafeFileHandle();
        SubprocessOptions[] bad =
        [
            new() { Stdin = SubprocessStdio.Stdout },
            new() { Stdout = SubprocessStdio.Stdout },
            new() { NewSession = true, ProcessGroup = 0 },
            new() { WorkingDirectory = "" },
            new() { Environment = new Dictionary<string, string> { ["a=b"] = "" } },
            new() { Environment = new Dictionary<string, string> { [""] = "" } },
            new() { Environment = new Dictionary<string, string> { ["a"] = "\0" } },
            new() { PassedDescriptors = [closed] },
            new() { Stdout = SubprocessStdio.FromHandle(closed) },
        ];
        foreach (SubprocessOptions options in bad)
        {
            ArgumentException refused = await Assert.ThrowsAnyAsync<ArgumentException>(() => ExecAsync("true", [], options));
            Assert.Equal("options", refused.ParamName);
        }

        await Assert.ThrowsAsync<ArgumentException>(() => Loop.SubprocessShellAsync(NewProtocol, ""));
        await Assert.ThrowsAsync<FormatException>(
            () => Loop.SubprocessExecAsync<SubprocessProtocol>(() => throw new FormatException(), "true", []));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Task.Run(() => Loop.SubprocessExecAsync(NewProtocol, "true", [])));
    });

    [Fact(DisplayName = "SP-14 Five hundred children, sixteen at a time: every exit is told once, no descriptor, no zombie is left")]
    public void FiveHundredChildren_LeaveNothing()
    {
        string[] program = [Programs.Find("true")!];
        void Spawn(int count) => RunChildren(async () =>
        {
            int next = 0;
            async Task WorkAsync()
            {
                while (next++ < count)
                {
                    RecordingSubprocessProtocol child = await ExecAsync(program[0], []);
                    await child.Lost;
                    Assert.Equal(0, child.Transport.ReturnCode);
                }
            }

            await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => WorkAsync()));
        });
        Spawn(16);
        DescriptorCensus before = DescriptorCensus.Take();
        Spawn(500);
        before.WaitUntilNothingNew();
        Assert.Empty(Zombies());
    }

    [Fact(DisplayName = "SP-08 Out of descriptors at any step of a start: an IOException, no child, and nothing left open")]
    public void Start_OutOfDescriptors_LeavesNothing() => DescriptorCensus.NothingLeftBy(() => RunChildren(async () =>
    {
        string program = Programs.Find("true")!;

        // What the runtime loads for these it must not load under the limit.
        await (await ExecAsync(program, [])).Lost;
        await Assert.ThrowsAsync<IOException>(() => ExecAsync(program, [new string('x', 4 * 1024 * 1024)]));
        int failures = 0;
        bool started = false;
        for (int spare = 0; !started; spare++)
        {
            RecordingSubprocessProtocol? child = null;
            Exception? failure = null;
            using (new DescriptorLimit(spare))
            {
                try
                {
                    child = await ExecAsync(program, []);
                }
                catch (IOException refused)
                {
                    failure = refused;
                }
            }

            started = child is not null;
            await (child?.Lost ?? Task.CompletedTask);
            failures += started ? 0 : 1;
            Assert.True(started || failure!.HResult is 24 or 23);
            Assert.InRange(spare, 0, 1000);
        }

        // Three pipes have six ends, and the child itself is watched; numbers that are taken already count for nothing.
        Assert.InRange(failures, 5, 1000);
        Assert.Empty(Zombies());
    }));

    [Fact(DisplayName = "SP-15 A loop that closes over children leaves no descriptor and no zombie")]
    public void LoopClosed_OverChildren_LeavesNothing() => DescriptorCensus.NothingLeftBy(() =>
    {
        RunChildren(async () =>
        {
            Loop.ExceptionHandler = (_, _) => { };
            await ExecAsync("cat", []);
            await ShellAsync("sleep 1000", new SubprocessOptions { NewSession = true });
            await ExecAsync("yes", []);
        });
        Assert.Empty(Zombies());
    });
}
