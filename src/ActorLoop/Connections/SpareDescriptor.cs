using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// One descriptor held in reserve: when the process has no other left, it is given up for a moment to accept one waiting
/// client and
/// turn it away, so that the client is not left hanging.
/// </summary>
internal sealed class SpareDescriptor
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private int _descriptor = OpenNull();

    public void TurnAwayOne(int listener)
    {
        if (_descriptor < 0)
        {
            _descriptor = OpenNull();
            return;
        }

        _ = Interop.Close(_descriptor);
        unsafe
        {
            int client = Interop.Accept(listener, null, null, Interop.NonBlockCloseOnExec);
            if (client >= 0)
            {
                _ = Interop.Close(client);
            }
        }

        _descriptor = OpenNull();
    }

    public void Release()
    {
        if (_descriptor >= 0)
        {
            _ = Interop.Close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>Negative when even that is not to be had; tried again at the next episode.</summary>
    private static int OpenNull() => Interop.Open("/dev/null", ReadOnlyCloseOnExec);
}
