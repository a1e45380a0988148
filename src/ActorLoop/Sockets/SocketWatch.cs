using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Sockets;

/// <summary>
/// Where the operations on one socket of the user wait for readiness: at most one that reads and one that writes.
/// </summary>
/// <remarks>
/// Between two operations the socket stays in the selector, because leaving and coming back would be two system calls a message.
/// The user may close it meanwhile: the system then forgets it, and the handle tells whoever meets the number next.
/// </remarks>
internal sealed class SocketWatch : ILentDescriptor, IMessage
{
    private readonly LoopCore _core;
    private readonly SafeSocketHandle _handle;
    private readonly Registration _registration;
    private SocketOperation? _reader;
    private SocketOperation? _writer;

    public SocketWatch(LoopCore core, SafeSocketHandle handle, SelectorEvents interest)
    {
        _core = core;
        _handle = handle;
        _registration = core.Registrations.Add(handle.DangerousGetHandle(), interest, this);
        _registration.Reader = this;
        _registration.Writer = new WritableMessage(this);
    }

    /// <summary>Whether the socket has left the table, so that the next operation needs a new place.</summary>
    public bool IsGone { get; private set; }

    private bool IsIdle => _reader is null && _writer is null;

    /// <summary>Whether this is the place of that very socket, and not of an earlier one with the same number.</summary>
    public bool IsOf(SafeSocketHandle handle) => ReferenceEquals(_handle, handle);

    /// <summary>Whether a call waits in that direction.</summary>
    public bool IsBusy(SelectorEvents direction)
    {
        (direction == SelectorEvents.Read ? _reader : _writer)?.EndIfCanceled();
        return (direction == SelectorEvents.Read ? _reader : _writer) is not null;
    }

    /// <summary>Lets an operation wait; it is told of every readiness until <see cref="End"/>.</summary>
    public void Begin(SocketOperation operation, SelectorEvents direction)
    {
        SelectorEvents interest;
        if (direction == SelectorEvents.Read)
        {
            _reader = operation;
            // A socket is nearly always writable: an old interest in that would be answered at once.
            interest = _writer is null ? SelectorEvents.Read : SelectorEvents.Read | SelectorEvents.Write;
        }
        else
        {
            _writer = operation;
            interest = _registration.Interest | SelectorEvents.Write;
        }

        try
        {
            _core.Registrations.Watch(_registration, interest);
        }
        catch
        {
            End(operation, mayStay: false);
            throw;
        }
    }

    /// <summary>The operation waits no more.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="mayStay">False when the user is likely to close the socket next: its number may be reused at once.</param>
    public void End(SocketOperation operation, bool mayStay)
    {
        if (_reader == operation)
        {
            _reader = null;
        }
        else if (_writer == operation)
        {
            _writer = null;
        }

        if (IsIdle && !(mayStay && _core.MayKeepIdleDescriptors))
        {
            Leave();
        }
    }

    public bool TryLetGo()
    {
        _reader?.EndIfCanceled();
        _writer?.EndIfCanceled();
        if (_handle.IsClosed)
        {
            Fail(new ObjectDisposedException(nameof(Socket), "The socket was closed while an operation waited on it."));
        }

        if (IsIdle)
        {
            Leave();
        }

        return IsGone;
    }

    public void LoopClosing()
    {
        Fail(new LoopClosedException(_core.Name));
        Leave();
    }

    public override string ToString()
    {
        SocketOperation? operation = _reader ?? _writer;
        return operation is null ? "an idle socket" : $"a waiting {operation}";
    }

    /// <summary>The socket is readable or in trouble.</summary>
    void IMessage.Run() => Proceed(_reader, SelectorEvents.Read);

    private void Proceed(SocketOperation? operation, SelectorEvents direction)
    {
        if (operation is not null)
        {
            operation.Proceed();
        }
        else if (!IsGone)
        {
            ReadinessNobodyWants(direction);
        }
    }

    private void ReadinessNobodyWants(SelectorEvents direction)
    {
        if (IsIdle && (_registration.Seen & (SelectorEvents.HangUp | SelectorEvents.Error)) != 0)
        {
            // These cannot be masked. The next operation comes back and finds out.
            _core.Registrations.Park(_registration);
        }
        else if ((_registration.Interest & direction) != 0)
        {
            Ignore(direction);
        }
    }

    private void Ignore(SelectorEvents direction)
    {
        try
        {
            _core.Registrations.Watch(_registration, _registration.Interest & ~direction);
        }
        catch (ArgumentException)
        {
            // Readiness of a descriptor that was closed while a copy of it stays open elsewhere.
            Leave();
        }
    }

    private void Fail(Exception reason)
    {
        _reader?.Fail(reason);
        _writer?.Fail(reason);
    }

    private void Leave()
    {
        if (!IsGone)
        {
            IsGone = true;
            _core.Registrations.Remove(_registration);
        }
    }

    /// <summary>Readiness for writing, as a message.</summary>
    private sealed class WritableMessage(SocketWatch watch) : IMessage
    {
        public void Run() => watch.Proceed(watch._writer, SelectorEvents.Write);
    }
}
