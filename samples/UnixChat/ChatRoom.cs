using System.Text;
using ActorLoop;

namespace UnixChat;

/// <summary>
/// Who is in the room, and what everybody is told. All of it runs on one loop, so there is nothing to lock: between two
/// awaits nobody
/// else touches the members.
/// </summary>
internal sealed class ChatRoom(int maxUnsent)
{
    private const int LongestLine = 4096;

    private readonly Dictionary<string, LoopStream> _members = [];

    public int Joined { get; private set; }

    public int Lines { get; private set; }

    public int Dropped { get; private set; }

    /// <summary>Serves one member. When this returns, what it was told is sent and the connection closed.</summary>
    public async Task ServeAsync(LoopStream stream, CancellationToken gone)
    {
        Tell(stream, "* your name?");
        string? name = await ReadLineAsync(stream, gone);
        if (string.IsNullOrWhiteSpace(name) || !_members.TryAdd(name, stream))
        {
            Tell(stream, "* that is no name, or somebody has it");
            return;
        }

        Joined++;
        Say($"* {name} is here");
        try
        {
            while (await ReadLineAsync(stream, gone) is { } line and not "/quit")
            {
                Lines++;
                Say($"{name}: {line}");
            }
        }
        catch (LimitOverrunException)
        {
            Tell(stream, $"* a line has at most {LongestLine} bytes");
        }
        finally
        {
            _members.Remove(name);
            Say($"* {name} is gone");
        }
    }

    /// <summary>
    /// Tells everybody. Nobody waits for a member that does not read: it is dropped once too much waits for it.
    /// </summary>
    public void Say(string line)
    {
        foreach (LoopStream member in _members.Values)
        {
            Tell(member, line);
        }
    }

    private static async ValueTask<string?> ReadLineAsync(LoopStream stream, CancellationToken gone)
    {
        byte[] line = await stream.ReadLineAsync(LongestLine, gone);
        return line.Length == 0 ? null : Encoding.UTF8.GetString(line).TrimEnd('\r', '\n');
    }

    private void Tell(LoopStream member, string line)
    {
        if (member.Transport.WriteBufferSize < maxUnsent)
        {
            member.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        }
        else if (!member.IsClosing)
        {
            Dropped++;
            member.Transport.Abort();
        }
    }
}
