namespace ActorLoop.Scheduling;

/// <summary>One entry of a mailbox: what to run, with which argument, inside which scope.</summary>
/// <param name="target">
/// An <see cref="IMessage"/>, an <see cref="Action"/>, an <see cref="Action{T}"/> of object, or a <see
/// cref="SendOrPostCallback"/>.
/// </param>
/// <param name="state">The argument of a delegate that takes one.</param>
/// <param name="scope">
/// The <see cref="ExecutionContext"/> to run in, or the task this is a step of; null is the default context, which costs nothing.
/// </param>
internal readonly struct Message(object target, object? state = null, object? scope = null)
{
    public readonly object Target = target;
    public readonly object? State = state;
    public readonly object? Scope = scope;

    public void Invoke()
    {
        object target = Target;
        // Exact type tests on sealed delegate types are one comparison each; a virtual call per kind would need a wrapper object.
        if (target.GetType() == typeof(Action<object?>))
        {
            ((Action<object?>)target)(State);
        }
        else if (target.GetType() == typeof(Action))
        {
            ((Action)target)();
        }
        else if (target.GetType() == typeof(SendOrPostCallback))
        {
            ((SendOrPostCallback)target)(State);
        }
        else
        {
            ((IMessage)target).Run();
        }
    }
}
