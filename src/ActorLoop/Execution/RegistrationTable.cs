using ActorLoop.Mailboxes;
using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>The watched descriptors of one loop, found by (slot, generation), so that a stale event finds nobody.</summary>
internal sealed class RegistrationTable(Selector selector, Mailbox mailbox)
{
    private const SelectorEvents Trouble = SelectorEvents.HangUp | SelectorEvents.Error;

    private readonly Dictionary<nint, Registration> _byDescriptor = [];
    private readonly HashSet<IDescriptorOwner> _unwatched = [];
    private readonly Stack<int> _free = new();
    private Registration?[] _slots = new Registration?[64];
    private int _used;
    private uint _generation;

    public int Count => _byDescriptor.Count;

    /// <summary>Events that arrived for a registration that was gone; dropped.</summary>
    public long StaleEvents { get; private set; }

    /// <summary>Whether the loop ends, perhaps because of the selector: what that refuses from now on does not matter.</summary>
    public bool IsEnding { get; set; }

    public Registration? Find(nint descriptor) => _byDescriptor.GetValueOrDefault(descriptor);

    public Registration Add(nint descriptor, SelectorEvents interest, IDescriptorOwner? owner)
    {
        Reclaim(descriptor);
        int slot = _free.Count > 0 ? _free.Pop() : NewSlot();
        var registration = new Registration(descriptor, slot, NextGeneration()) { Owner = owner, Interest = interest };
        try
        {
            _byDescriptor.Add(descriptor, registration);
            selector.Register(descriptor, interest, registration.Token);
        }
        catch
        {
            if (_byDescriptor.GetValueOrDefault(descriptor) == registration)
            {
                _byDescriptor.Remove(descriptor);
            }

            _free.Push(slot);
            throw;
        }

        registration.IsWatched = true;
        return _slots[slot] = registration;
    }

    public void Watch(Registration registration, SelectorEvents interest)
    {
        if (registration.Interest == interest && registration.IsWatched)
        {
            return;
        }

        registration.Interest = interest;
        if (registration.IsWatched)
        {
            selector.Modify(registration.Descriptor, interest, registration.Token);
        }
        else
        {
            selector.Register(registration.Descriptor, interest, registration.Token);
            registration.IsWatched = true;
        }
    }

    /// <summary>Takes the descriptor from the selector but keeps its place; <see cref="Watch"/> brings it back.</summary>
    public void Park(Registration registration)
    {
        if (registration.IsWatched)
        {
            registration.IsWatched = false;
            Unregister(registration);
        }
    }

    /// <summary>Forgets the descriptor. Must come before it is closed.</summary>
    public void Remove(Registration registration)
    {
        if (_slots[registration.Slot] != registration)
        {
            return;
        }

        Park(registration);
        _slots[registration.Slot] = null;
        _free.Push(registration.Slot);
        _byDescriptor.Remove(registration.Descriptor);
        registration.Reader = null;
        registration.Writer = null;
    }

    /// <summary>Turns readiness into messages of this loop, the reader's before the writer's.</summary>
    public void Post(ReadOnlySpan<SelectorEvent> ready)
    {
        foreach (ref readonly SelectorEvent item in ready)
        {
            var slot = (int)(item.Token & 0xFFFFFFFF);
            Registration? registration = (uint)slot < (uint)_slots.Length ? _slots[slot] : null;
            if (registration is null || registration.Token != item.Token)
            {
                StaleEvents++;
                continue;
            }

            registration.Seen = item.Events;
            if (registration.Reader is { } reader && (item.Events & (SelectorEvents.Read | Trouble)) != 0)
            {
                mailbox.PostLocal(new Message(reader, null, registration.ContextOf(reader)));
            }

            if (registration.Writer is { } writer && (item.Events & (SelectorEvents.Write | Trouble)) != 0)
            {
                mailbox.PostLocal(new Message(writer, null, registration.ContextOf(writer)));
            }
        }
    }

    /// <summary>Remembers an owner whose descriptor no selector can watch: it, too, must hear when the loop closes.</summary>
    public void AddUnwatched(IDescriptorOwner owner) => _unwatched.Add(owner);

    public void RemoveUnwatched(IDescriptorOwner owner) => _unwatched.Remove(owner);

    public IDescriptorOwner[] Owners() =>
        [.. _byDescriptor.Values.Select(r => r.Owner).Concat(_unwatched).Where(o => o is not null).Distinct().Cast<IDescriptorOwner>()];

    /// <summary>Forgets every descriptor that is left: those that users watch and never removed.</summary>
    public void Clear()
    {
        foreach (Registration registration in _byDescriptor.Values.ToArray())
        {
            Remove(registration);
        }
    }

    /// <summary>
    /// Takes a descriptor back from an owner who is not using it, or whose socket is gone so that the number is free.
    /// </summary>
    /// <returns>Whether there was such an owner.</returns>
    /// <exception cref="InvalidOperationException">The owner is using the descriptor.</exception>
    public bool Reclaim(nint descriptor)
    {
        if (!_byDescriptor.TryGetValue(descriptor, out Registration? held) || held.Owner is not ILentDescriptor lent)
        {
            return false;
        }

        return lent.TryLetGo()
            ? true
            : throw new InvalidOperationException($"Descriptor {descriptor} is used by {lent}.");
    }

    private void Unregister(Registration registration)
    {
        try
        {
            selector.Unregister(registration.Descriptor);
        }
        catch (Exception failure)
            when (IsEnding || (failure is ArgumentException or IOException && registration.Owner is null or ILentDescriptor))
        {
            // The user closed the descriptor before removing it: the system has forgotten it already, and so must we. Its number
            // may even be a file's by now.
        }
    }

    /// <summary>Never negative: selectors keep the negative tokens for themselves.</summary>
    private uint NextGeneration() => _generation = (_generation + 1) & int.MaxValue;

    private int NewSlot()
    {
        if (_used == _slots.Length)
        {
            Array.Resize(ref _slots, _used * 2);
        }

        return _used++;
    }
}
