using System.Globalization;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>
/// The sockets that a service manager such as systemd opened for this process (<c>LISTEN_FDS</c>). Whoever claims one owns
/// it; the
/// others are closed with this object.
/// </summary>
/// <remarks>
/// <para>
/// A claimed socket usually listens already: give it to
/// <see cref="EventLoop.CreateServerAsync(Func{StreamProtocol}, Socket, ServerOptions?, CancellationToken)"/>.
/// </para>
/// <para>Thread: any.</para>
/// </remarks>
public sealed class SocketActivation : IDisposable
{
    /// <summary>The name of sockets that were given none.</summary>
    public const string Unnamed = "unknown";

    private const int FirstDescriptor = 3;
    private readonly List<(string Name, int Descriptor)> _left;
    private readonly Lock _gate = new();

    private SocketActivation(List<(string Name, int Descriptor)> sockets) => _left = sockets;

    /// <summary>
    /// The names of the sockets that nobody has claimed yet, in the order they were passed; several may have the same one.
    /// </summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _left.Select(socket => socket.Name)];
            }
        }
    }

    /// <summary>
    /// Takes what was passed to this process, keeps it from its children, and removes <c>LISTEN_PID</c>, <c>LISTEN_FDS</c> and
    /// <c>LISTEN_FDNAMES</c> from the environment. Nothing passed, or passed to another process: an empty object.
    /// </summary>
    /// <returns>The sockets; call it once, early, before anything else opens descriptors.</returns>
    /// <exception cref="InvalidOperationException">
    /// The variables are meant for this process but make no sense; the message names them.
    /// </exception>
    public static SocketActivation Take()
    {
        string? process = TakeVariable("LISTEN_PID");
        string? count = TakeVariable("LISTEN_FDS");
        string? names = TakeVariable("LISTEN_FDNAMES");

        // Inherited by accident from a parent that was activated: those numbers mean something else here, or nothing.
        bool forUs = int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id == Environment.ProcessId;
        return new SocketActivation(forUs && count is not null ? Find(count, names) : []);
    }

    /// <summary>Takes ownership of the sockets of this name.</summary>
    /// <param name="name">Name, for systemd that of <c>FileDescriptorName=</c>, by default the name of the socket unit.</param>
    /// <returns>The sockets, in the order they were passed; none when there is none of this name.</returns>
    /// <exception cref="SocketException">What was passed is no socket.</exception>
    public IReadOnlyList<Socket> Claim(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Claim(socket => socket.Name == name);
    }

    /// <summary>Takes ownership of all sockets that nobody has claimed yet.</summary>
    /// <returns>The sockets, in the order they were passed.</returns>
    /// <exception cref="SocketException">What was passed is no socket.</exception>
    public IReadOnlyList<Socket> ClaimAll() => Claim(static _ => true);

    /// <summary>Closes what nobody claimed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach ((_, int descriptor) in _left)
            {
                _ = Interop.Close(descriptor);
            }

            _left.Clear();
        }
    }

    private static List<(string Name, int Descriptor)> Find(string count, string? names)
    {
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            throw new InvalidOperationException($"LISTEN_FDS is '{count}'; the number of descriptors was expected.");
        }

        string[] given = string.IsNullOrEmpty(names) ? [] : names.Split(':');
        if (given.Length > 0 && given.Length != number)
        {
            throw new InvalidOperationException($"LISTEN_FDNAMES has {given.Length} names ('{names}') for {number} descriptors.");
        }

        List<(string, int)> found = [];
        for (int i = 0; i < number; i++)
        {
            if (!Interop.TrySetCloseOnExec(FirstDescriptor + i))
            {
                throw new InvalidOperationException($"LISTEN_FDS promises {number} descriptors, but {FirstDescriptor + i} is not open.");
            }

            found.Add((given.Length > 0 ? given[i] : Unnamed, FirstDescriptor + i));
        }

        return found;
    }

    private static string? TakeVariable(string name)
    {
        string? value = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, null);
        return value;
    }

    private List<Socket> Claim(Predicate<(string Name, int Descriptor)> wanted)
    {
        lock (_gate)
        {
            List<Socket> claimed = [];
            foreach ((string Name, int Descriptor) socket in _left.FindAll(wanted))
            {
                _left.Remove(socket);
                var handle = new SafeSocketHandle(socket.Descriptor, ownsHandle: true);
                try
                {
                    claimed.Add(new Socket(handle));
                }
                catch
                {
                    handle.Dispose();
                    claimed.ForEach(other => other.Dispose());
                    throw;
                }
            }

            return claimed;
        }
    }
}
