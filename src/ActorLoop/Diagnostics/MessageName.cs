using ActorLoop.Scheduling;

namespace ActorLoop.Diagnostics;

/// <summary>Names a message for reports: the task, the handle or the callback behind it.</summary>
internal static class MessageName
{
    public static string Of(in Message message) => message switch
    {
        { Scope: { } scope and not ExecutionContext } => scope.ToString()!,
        // A continuation of an await: the delegate behind it says more than the runtime's own trampoline.
        { Target: SendOrPostCallback, State: Delegate continuation } => CallbackName.Of(continuation),
        { Target: Delegate callback } => CallbackName.Of(callback),
        _ => message.Target.ToString()!,
    };
}
