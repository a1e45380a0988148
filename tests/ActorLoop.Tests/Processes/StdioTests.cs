using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Processes;

public sealed class StdioTests : ProcessTest
{
    [Fact(DisplayName = "SP-01 Null reads nothing and swallows everything; there are no pipes then")]
    public void Null_ReadsNothing() => RunChildren(async () =>
    {
        var options = new SubprocessOptions
        {
            Stdin = SubprocessStdio.Null,
            Stdout = SubprocessStdio.Null,
            Stderr = SubprocessStdio.Null,
        };
        RecordingSubprocessProtocol child = await ShellAsync("cat && echo x && echo y >&2", options);
        Assert.Null(child.Transport.GetPipeTransport(0));
        Assert.Null(child.Transport.GetPipeTransport(1));
        Assert.Null(child.Transport.GetPipeTransport(2));
        Assert.Null(await child.Lost);
        Assert.Equal(0, child.Transport.ReturnCode);
        Assert.Equal(["made", "exited", "lost"], child.Calls);
    });

    [Fact(DisplayName = "SP-01 Errors that go where the output goes arrive in the order they were written")]
    public void Merged_Errors_ArriveInOrder() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ShellAsync(
            "echo 1; echo 2 >&2; echo 3", new SubprocessOptions { Stderr = SubprocessStdio.Stdout });
        await child.Lost;
        Assert.Equal("1\n2\n3\n", Text(child.Output));
        Assert.Null(child.Transport.GetPipeTransport(2));
    });

    [Fact(DisplayName = "SP-01 Files are read and written by the child, and stay the caller's")]
    public void Files_AreTheCallers() => RunChildren(async () =>
    {
        string from = NewPath();
        string to = NewPath();
        await File.WriteAllTextAsync(from, "b\na\n");
        using SafeFileHandle input = File.OpenHandle(from);
        using SafeFileHandle output = File.OpenHandle(to, FileMode.Create, FileAccess.Write);
        RecordingSubprocessProtocol child = await ExecAsync("sort", [], new SubprocessOptions
        {
            Stdin = SubprocessStdio.FromHandle(input),
            Stdout = SubprocessStdio.FromHandle(output),
        });
        await child.Lost;
        Assert.False(input.IsClosed || output.IsClosed);
        Assert.Equal("a\nb\n", await File.ReadAllTextAsync(to));
    });

    [Fact(DisplayName = "SP-01 Inherited descriptors are those of this process")]
    public void Inherit_IsTheSame() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ExecAsync(
            "readlink", ["/proc/self/fd/0"], new SubprocessOptions { Stdin = SubprocessStdio.Inherit });
        await child.Lost;
        Assert.Equal(new FileInfo("/proc/self/fd/0").LinkTarget, Text(child.Output).TrimEnd('\n'));
    });

    [Fact(DisplayName = "SP-13 Closing a child's input is its end, although other children were started meanwhile")]
    public void Input_Closed_NoOtherChildHoldsIt() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol first = await ExecAsync("cat", []);
        RecordingSubprocessProtocol second = await ExecAsync("cat", []);
        ((IWriteTransport)first.Transport.GetPipeTransport(0)!).Close();
        Assert.Null(await first.Lost);
        Assert.False(second.Lost.IsCompleted);
        second.Transport.Close();
        await second.Lost;
    });

    [Fact(DisplayName = "SP-16 A child has 0, 1, 2 and what was passed, as 3, 4 …, and nothing else")]
    public void Descriptors_OnlyThoseThatWerePassed() => RunChildren(async () =>
    {
        string path = NewPath();
        await File.WriteAllTextAsync(path, "passed");
        using SafeFileHandle file = File.OpenHandle(path);

        // Whatever the process has open, inheritable or not.
        (SafeFileHandle reader, SafeFileHandle writer) = Pipes.Native.Pipe();
        using (reader)
        using (writer)
        {
            Assert.Equal(0, DescriptorFlags.MakeInheritable((int)reader.DangerousGetHandle()));
            RecordingSubprocessProtocol nothing = await ExecAsync("ls", ["/proc/self/fd"]);
            await nothing.Lost;

            // The last is what ls opened to list the folder.
            Assert.Equal("0\n1\n2\n3\n", Text(nothing.Output));
            RecordingSubprocessProtocol child = await ShellAsync(
                "ls /proc/$$/fd; cat <&4", new SubprocessOptions { PassedDescriptors = [writer, file] });
            await child.Lost;
            Assert.Equal("0\n1\n2\n3\n4\npassed", Text(child.Output));
            Assert.False(file.IsClosed);
        }
    });

    [Fact(DisplayName = "SP-16 Descriptors whose numbers the child needs for something else arrive all the same")]
    public void Descriptors_OfLowNumbers_AreLifted() => RunChildren(async () =>
    {
        // 0, 1 and 2 of this process, in another order.
        SafeFileHandle[] standard = [.. Enumerable.Range(0, 3).Select(number => new SafeFileHandle(number, ownsHandle: false))];
        RecordingSubprocessProtocol child = await ExecAsync(
            "sh",
            ["-c", "for i in 0 2 3 4 5; do readlink /proc/$$/fd/$i; done"],
            new SubprocessOptions
            {
                Stdin = SubprocessStdio.FromHandle(standard[2]),
                Stderr = SubprocessStdio.FromHandle(standard[0]),
                PassedDescriptors = [standard[1], standard[0], standard[2]],
            });
        await child.Lost;
        string[] expected = [.. new[] { 2, 0, 1, 0, 2 }.Select(number => new FileInfo($"/proc/self/fd/{number}").LinkTarget!)];
        Assert.Equal(expected, Text(child.Output).TrimEnd('\n').Split('\n'));
    });
}
