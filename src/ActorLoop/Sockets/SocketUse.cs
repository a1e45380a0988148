using System.Net.Sockets;
using ActorLoop.Execution;

namespace ActorLoop.Sockets;

/// <summary>A socket of the user while calls on it wait for the system: at most one in each direction.</summary>
internal sealed class SocketUse(LoopCore core, SafeSocketHandle handle) : ILentDescriptor
{
    private ISocketCall? _reading;
    private ISocketCall? _writing;
    private Registration? _registration;

    public bool IsOf(SafeSocketHandle other) => ReferenceEquals(handle, other);

    /// <summary>A call that was canceled makes way at once, although its caller has not heard of it yet.</summary>
    public bool IsBusy(SelectorEvents direction) => Of(direction) is { IsCanceled: false };

    public void Begin(SelectorEvents direction, ISocketCall call)
    {
        Of(direction) = call;
        _registration ??= core.Registrations.Add(handle.DangerousGetHandle(), direction, this);
    }

    public void End(SelectorEvents direction, ISocketCall call)
    {
        ref ISocketCall? current = ref Of(direction);
        if (current == call)
        {
            current = null;
        }

        if (_reading is null && _writing is null)
        {
            Forget();
        }
    }

    public bool TryLetGo()
    {
        if (!handle.IsClosed && (IsBusy(SelectorEvents.Read) || IsBusy(SelectorEvents.Write)))
        {
            return false;
        }

        Forget();
        return true;
    }

    public void LoopClosing()
    {
        _reading?.LoopClosing();
        _writing?.LoopClosing();
        Forget();
    }

    public override string ToString() => (IsBusy(SelectorEvents.Read), IsBusy(SelectorEvents.Write)) switch
    {
        (true, true) => "waiting socket calls in both directions",
        (true, false) => "a waiting socket call that reads",
        (false, true) => "a waiting socket call that writes",
        _ => "no waiting socket call",
    };

    private ref ISocketCall? Of(SelectorEvents direction)
    {
        if (direction == SelectorEvents.Read)
        {
            return ref _reading;
        }

        return ref _writing;
    }

    private void Forget()
    {
        if (_registration is { } registration)
        {
            _registration = null;
            core.Registrations.Remove(registration);
        }
    }
}
