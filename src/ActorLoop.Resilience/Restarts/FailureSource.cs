using System.Threading.Tasks.Sources;

namespace ActorLoop.Resilience.Restarts;

/// <summary>An attempt that is under way until somebody says how it failed; whoever waits goes on inside that call.</summary>
internal sealed class FailureSource : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    public ValueTask NextAsync()
    {
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    public void Fail(Exception cause) => _core.SetException(cause);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
