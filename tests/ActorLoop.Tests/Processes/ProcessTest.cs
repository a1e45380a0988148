using System.Runtime.Versioning;
using System.Text;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Processes;

/// <summary>Children of a loop; afterwards every protocol must have heard of its end, in order.</summary>
public abstract class ProcessTest : LoopTest
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<RecordingSubprocessProtocol> _protocols = [];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _folder.Dispose();
        }

        base.Dispose(disposing);
    }

    protected string Folder => _folder.Path;

    protected string NewPath() => _folder.NewPath();

    /// <summary>As <see cref="LoopTest.Run"/>, and looks at the children's protocols as well.</summary>
    protected void RunChildren(Func<Task> body)
    {
        Run(body);
        foreach (RecordingSubprocessProtocol protocol in _protocols)
        {
            Assert.Empty(protocol.Violations);
            Assert.True(protocol.Calls.Count == 0 || protocol.Lost.IsCompleted, string.Join(", ", protocol.Calls));
        }
    }

    private protected async Task<RecordingSubprocessProtocol> ExecAsync(
        string program, string[] arguments, SubprocessOptions? options = null, Action<RecordingSubprocessProtocol>? prepare = null)
    {
        RecordingSubprocessProtocol protocol = NewProtocol();
        prepare?.Invoke(protocol);
        await Loop.SubprocessExecAsync(() => protocol, program, arguments, options);
        return protocol;
    }

    private protected Task<RecordingSubprocessProtocol> ShellAsync(
        string command, SubprocessOptions? options = null, Action<RecordingSubprocessProtocol>? prepare = null) =>
        ExecAsync("/bin/sh", ["-c", command], options, prepare);

    private protected RecordingSubprocessProtocol NewProtocol()
    {
        var protocol = new RecordingSubprocessProtocol();
        _protocols.Add(protocol);
        return protocol;
    }

    /// <summary>A file with this text that may be executed, and changed.</summary>
    [UnsupportedOSPlatform("windows")]
    protected string NewScript(string text)
    {
        string path = NewPath();
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private protected static string Text(byte[]? data) => Encoding.UTF8.GetString(data!);

    /// <summary>Whether a process, zombies included, has this number.</summary>
    private protected static bool Exists(int process) => Directory.Exists($"/proc/{process}");

    /// <summary>Children of this process that have ended and were not collected.</summary>
    private protected static int[] Zombies() =>
        [.. Directory.GetDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0)
            .Where(id => id > 0 && IsOurZombie(id))];

    private static bool IsOurZombie(int id)
    {
        try
        {
            string[] fields = File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].Split(' ');
            return fields[0] == "Z" && fields[1] == Environment.ProcessId.ToString(provider: null);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
