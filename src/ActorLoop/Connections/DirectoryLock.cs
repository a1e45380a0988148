using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// An advisory lock on a directory: two servers that find the same dead socket must not both remove it, because the second would
/// remove the first one's new socket.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int Attempts = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly int _descriptor;

    private DirectoryLock(int descriptor) => _descriptor = descriptor;

    /// <summary>
    /// Null when the directory cannot be opened or somebody keeps it locked: going on without it is the lesser evil.
    /// </summary>
    public static async Task<DirectoryLock?> TakeAsync(string directory, TimeProvider clock, CancellationToken cancellationToken)
    {
        int descriptor = Interop.Open(directory, ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        var taken = new DirectoryLock(descriptor);
        try
        {
            for (int i = 0; i < Attempts; i++)
            {
                if (Interop.Lock(descriptor, Interop.LockExclusiveNoWait) == 0)
                {
                    return taken;
                }

                if (!SocketErrors.IsTransient(SocketErrors.Last()))
                {
                    break;
                }

                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
        catch
        {
            taken.Dispose();
            throw;
        }

        taken.Dispose();
        return null;
    }

    public void Dispose() => _ = Interop.Close(_descriptor);
}
