using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// A Unix socket on its way to its listener. The system answers at once: no attempt becomes ready later, and while the
/// queue of the listener is full it is tried again, as a blocking connect would wait. Loop thread only.
/// </summary>
internal sealed class UnixAttempt(
    LoopCore core, UnixDomainSocketEndPoint target, Action<int> connected, Action<Exception> failed)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(100);
    private static readonly Action<object?> s_try = static attempt => ((UnixAttempt)attempt!).TryNow();

    private int _descriptor = -1;
    private TimeSpan _pause = s_firstPause;
    private TimerHandle? _again;

    /// <summary>One attempt that never blocks; the answer is 0 or errno.</summary>
    public static int Try(int descriptor, UnixDomainSocketEndPoint target) =>
        Interop.Connect(descriptor, target.Serialize()) == 0 ? 0 : SocketErrors.Last();

    /// <summary>The first try; it may tell the outcome before it returns.</summary>
    public void Start()
    {
        _descriptor = Interop.CreateStreamSocket(AddressFamily.Unix, ProtocolType.Unspecified);
        if (_descriptor < 0)
        {
            failed(SocketErrors.Create(SocketErrors.Last(), $"Opening a socket for {target}"));
            return;
        }

        TryNow();
    }

    /// <summary>Nothing stays open, and the outcome is told no more.</summary>
    public void Cancel()
    {
        _again?.Cancel();
        if (Take() is >= 0 and int descriptor)
        {
            _ = Interop.Close(descriptor);
        }
    }

    private void TryNow()
    {
        int error = Try(_descriptor, target);
        if (error == 0)
        {
            connected(Take());
        }
        else if (SocketErrors.IsTransient(error))
        {
            _again = core.CallLater(_pause, s_try, this);
            _pause = _pause * 2 > s_longestPause ? s_longestPause : _pause * 2;
        }
        else
        {
            Cancel();
            failed(SocketErrors.Create(error, $"Connecting to {target}"));
        }
    }

    private int Take()
    {
        int descriptor = _descriptor;
        _descriptor = -1;
        return descriptor;
    }
}
