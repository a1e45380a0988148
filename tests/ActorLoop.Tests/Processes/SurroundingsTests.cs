using System.Runtime.Versioning;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Processes;

/// <summary>Folder, environment, session, group and signals of a child.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SurroundingsTests : ProcessTest
{
    [Fact(DisplayName = "SP-16 A child starts in the folder it is told to, and a relative program is looked for there")]
    public void WorkingDirectory_IsTheChilds() => RunChildren(async () =>
    {
        string name = Path.GetFileName(NewScript("#!/bin/sh\npwd -P\n"));
        RecordingSubprocessProtocol child = await ExecAsync($"./{name}", [], new SubprocessOptions { WorkingDirectory = Folder });
        await child.Lost;
        Assert.EndsWith(Path.GetFileName(Folder), Text(child.Output).TrimEnd('\n'), StringComparison.Ordinal);
    });

    [Fact(DisplayName = "SP-16 An environment replaces that of this process, which a child has otherwise, as this program has set it")]
    public void Environment_IsReplacedOrInherited() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol own = await ExecAsync("/usr/bin/env", [], new SubprocessOptions
        {
            Environment = new Dictionary<string, string> { ["NAME"] = "välue=1", ["EMPTY"] = "" },
        });
        await own.Lost;
        Assert.Equal(["EMPTY=", "NAME=välue=1"], Text(own.Output).TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal));
        Environment.SetEnvironmentVariable("ACTORLOOP_TEST_CHILD", "set here");
        RecordingSubprocessProtocol inherited = await ShellAsync("echo $ACTORLOOP_TEST_CHILD");
        await inherited.Lost;
        Assert.Equal("set here\n", Text(inherited.Output));
    });

    [Fact(DisplayName = "SP-16 The PATH of the child is where its program is looked for, in absolute folders only")]
    public void Path_OfTheChild_IsSearched() => RunChildren(async () =>
    {
        string name = Path.GetFileName(NewScript("#!/bin/sh\necho found\n"));
        SubprocessOptions With(string path) => new()
        {
            Environment = new Dictionary<string, string> { ["PATH"] = path },
            WorkingDirectory = Folder,
        };
        RecordingSubprocessProtocol child = await ExecAsync(name, [], With($"/nonexistent:{Folder}"));
        await child.Lost;
        Assert.Equal("found\n", Text(child.Output));
        await Assert.ThrowsAsync<FileNotFoundException>(() => ExecAsync(name, [], With(".::/usr/bin")));
    });

    [Fact(DisplayName = "SP-16 A new session, a new group, a given group: what was asked for is what the child has")]
    public void SessionAndGroup_AreAsAsked() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol session = await ShellAsync(Report, new SubprocessOptions { NewSession = true });
        await session.ReceivedAsync(1, 2);
        int id = session.Transport.ProcessId;
        Assert.Equal($"{id} {id}", FirstLine(session));
        RecordingSubprocessProtocol group = await ShellAsync(Report, new SubprocessOptions { ProcessGroup = 0 });
        await group.ReceivedAsync(1, 2);
        int leader = group.Transport.ProcessId;
        Assert.StartsWith($"{leader} ", FirstLine(group), StringComparison.Ordinal);
        Assert.NotEqual($"{leader} {leader}", FirstLine(group));
        RecordingSubprocessProtocol member = await ShellAsync(Report, new SubprocessOptions { ProcessGroup = leader });
        await member.ReceivedAsync(1, 2);
        Assert.StartsWith($"{leader} ", FirstLine(member), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => member.Transport.Kill(wholeGroup: true));
        group.Transport.Kill(wholeGroup: true);
        await group.Lost;
        await member.Lost;
        Assert.Equal((-9, -9), (group.Transport.ReturnCode!.Value, member.Transport.ReturnCode!.Value));
        session.Transport.Close();
        await session.Lost;
    });

    [Fact(DisplayName = "SP-07 Killing and closing a group reaches grandchildren; after the leader's exit as well")]
    public void Group_Kill_ReachesGrandchildren() => RunChildren(async () =>
    {
        var options = new SubprocessOptions { ProcessGroup = 0 };
        RecordingSubprocessProtocol child = await ShellAsync("sleep 1000 & echo $!; wait", options);
        await child.ReceivedAsync(1, 2);
        int grandchild = int.Parse(FirstLine(child), provider: null);
        child.Transport.Close();
        await child.Lost;
        await Patience.WaitForAsync(() => !IsRunning(grandchild), "the grandchild to end");
        RecordingSubprocessProtocol leader = await ShellAsync("sleep 1000 & echo $!", options);
        await leader.Exited;
        await leader.ReceivedAsync(1, 2);
        grandchild = int.Parse(FirstLine(leader), provider: null);
        Assert.True(IsRunning(grandchild));
        leader.Transport.Kill(wholeGroup: true);
        await leader.Lost;
        await Patience.WaitForAsync(() => !IsRunning(grandchild), "the grandchild to end");
        Assert.Equal(0, leader.Transport.ReturnCode);
    });

    [Fact(DisplayName = "SP-16 No signal is ignored or blocked in a child, although .NET ignores SIGPIPE")]
    public void Signals_OfTheChild_AreDefault() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ExecAsync("grep", ["-E", "^Sig(Blk|Ign)", "/proc/self/status"]);
        await child.Lost;
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", Text(child.Output));

        // And so a program whose output nobody reads ends.
        RecordingSubprocessProtocol yes = await ExecAsync("yes", []);
        await yes.ReceivedAsync(1, 100);
        ((IReadTransport)yes.Transport.GetPipeTransport(1)!).Close();
        await yes.Lost;
        Assert.Equal(-13, yes.Transport.ReturnCode);
    });

    private const string Report = "cut -d ' ' -f 5,6 /proc/$$/stat; read x";

    private static string FirstLine(RecordingSubprocessProtocol child) => Text(child.Output).Split('\n')[0];

    /// <summary>A grandchild is collected by somebody else, or by nobody: zombies count as ended.</summary>
    private static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
