using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorLoop.Diagnostics;
using ActorLoop.Execution;

namespace ActorLoop;

/// <summary>Watching descriptors.</summary>
public abstract partial class EventLoop
{
    /// <summary>
    /// Runs a callback once in every turn in which a descriptor can be read; a callback it already has is replaced. Mirrors
    /// <c>add_reader</c>.
    /// </summary>
    /// <param name="descriptor">A file descriptor; it is not owned and must be removed before it is closed.</param>
    /// <param name="callback">What to run. Readiness may be spurious: the callback must tolerate "would block".</param>
    /// <exception cref="ArgumentException">The descriptor is negative, invalid, or of a kind the system cannot watch.</exception>
    /// <exception cref="InvalidOperationException">
    /// The descriptor belongs to an open transport or server of this loop.
    /// </exception>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    public virtual void AddReader(nint descriptor, Action callback) => Watch(descriptor, callback, SelectorEvents.Read, nameof(AddReader));

    /// <inheritdoc cref="AddReader(nint, Action)"/>
    public void AddReader(SafeHandle descriptor, Action callback) => AddReader(Raw(descriptor), callback);

    /// <inheritdoc cref="AddReader(nint, Action)"/>
    public void AddReader(Socket descriptor, Action callback) => AddReader(Raw(descriptor), callback);

    /// <summary>
    /// Runs a callback once in every turn in which a descriptor can be written; a callback it already has is replaced. Mirrors
    /// <c>add_writer</c>.
    /// </summary>
    /// <param name="descriptor">A file descriptor; it is not owned and must be removed before it is closed.</param>
    /// <param name="callback">What to run. Readiness may be spurious: the callback must tolerate "would block".</param>
    /// <exception cref="ArgumentException">The descriptor is negative, invalid, or of a kind the system cannot watch.</exception>
    /// <exception cref="InvalidOperationException">
    /// The descriptor belongs to an open transport or server of this loop.
    /// </exception>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    public virtual void AddWriter(nint descriptor, Action callback) => Watch(descriptor, callback, SelectorEvents.Write, nameof(AddWriter));

    /// <inheritdoc cref="AddWriter(nint, Action)"/>
    public void AddWriter(SafeHandle descriptor, Action callback) => AddWriter(Raw(descriptor), callback);

    /// <inheritdoc cref="AddWriter(nint, Action)"/>
    public void AddWriter(Socket descriptor, Action callback) => AddWriter(Raw(descriptor), callback);

    /// <summary>
    /// Ends <see cref="AddReader(nint, Action)"/>: the callback does not run again, also if it is queued already.
    /// </summary>
    /// <param name="descriptor">A file descriptor.</param>
    /// <returns>Whether there was a reader. False on a closed loop.</returns>
    /// <exception cref="InvalidOperationException">
    /// The descriptor belongs to an open transport or server of this loop.
    /// </exception>
    public virtual bool RemoveReader(nint descriptor) => Unwatch(descriptor, SelectorEvents.Read, nameof(RemoveReader));

    /// <inheritdoc cref="RemoveReader(nint)"/>
    public bool RemoveReader(SafeHandle descriptor) => RemoveReader(Raw(descriptor));

    /// <inheritdoc cref="RemoveReader(nint)"/>
    public bool RemoveReader(Socket descriptor) => RemoveReader(Raw(descriptor));

    /// <summary>
    /// Ends <see cref="AddWriter(nint, Action)"/>: the callback does not run again, also if it is queued already.
    /// </summary>
    /// <param name="descriptor">A file descriptor.</param>
    /// <returns>Whether there was a writer. False on a closed loop.</returns>
    /// <exception cref="InvalidOperationException">
    /// The descriptor belongs to an open transport or server of this loop.
    /// </exception>
    public virtual bool RemoveWriter(nint descriptor) => Unwatch(descriptor, SelectorEvents.Write, nameof(RemoveWriter));

    /// <inheritdoc cref="RemoveWriter(nint)"/>
    public bool RemoveWriter(SafeHandle descriptor) => RemoveWriter(Raw(descriptor));

    /// <inheritdoc cref="RemoveWriter(nint)"/>
    public bool RemoveWriter(Socket descriptor) => RemoveWriter(Raw(descriptor));

    private static nint Raw(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return Raw(socket.SafeHandle);
    }

    private static nint Raw(SafeHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        if (handle.IsInvalid || handle.IsClosed)
        {
            throw new ArgumentException("The handle is invalid or closed; an open descriptor is needed.", nameof(handle));
        }

        return handle.DangerousGetHandle();
    }

    private static void CheckDescriptor(nint descriptor)
    {
        if (descriptor < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(descriptor), descriptor, "A descriptor is zero or positive.");
        }
    }

    private void Watch(nint descriptor, Action callback, SelectorEvents direction, string member)
    {
        CheckDescriptor(descriptor);
        ArgumentNullException.ThrowIfNull(callback);
        Core.CheckThread(member);
        Core.ThrowIfClosed();
        Registration? registration = FindOwn(descriptor, member);
        var handle = new Handle(callback, null, DefaultContext.CaptureUnlessDefault(), Core.Debug ? CreationTrace.Capture() : null);
        if (registration is null)
        {
            registration = Core.Registrations.Add(descriptor, direction, owner: null);
        }
        else
        {
            Core.Registrations.Watch(registration, registration.Interest | direction);
        }

        Replace(registration, direction, handle);
    }

    private bool Unwatch(nint descriptor, SelectorEvents direction, string member)
    {
        CheckDescriptor(descriptor);
        Core.CheckThread(member);
        Registration? registration = FindOwn(descriptor, member);
        if (registration is null || (registration.Interest & direction) == 0)
        {
            return false;
        }

        Replace(registration, direction, handle: null);
        SelectorEvents left = registration.Interest & ~direction;
        if (left == SelectorEvents.None)
        {
            Core.Registrations.Remove(registration);
        }
        else
        {
            Core.Registrations.Watch(registration, left);
        }

        return true;
    }

    private Registration? FindOwn(nint descriptor, string member)
    {
        Registration? registration = Core.Registrations.Find(descriptor);
        if (registration?.Owner is ILentDescriptor && Core.Registrations.Reclaim(descriptor))
        {
            return null;
        }

        if (registration?.Owner is { } owner)
        {
            throw new InvalidOperationException($"{member}: descriptor {descriptor} is used by {owner}.");
        }

        return registration;
    }

    private static void Replace(Registration registration, SelectorEvents direction, Handle? handle)
    {
        if (direction == SelectorEvents.Read)
        {
            (registration.Reader as Handle)?.Cancel();
            registration.Reader = handle;
        }
        else
        {
            (registration.Writer as Handle)?.Cancel();
            registration.Writer = handle;
        }
    }
}
