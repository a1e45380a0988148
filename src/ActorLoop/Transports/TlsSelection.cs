using System.Net.Security;
using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>
/// Calls a user's selection of server options as a callback of the loop: it may await, and what it returns continues the
/// handshake on the loop's thread.
/// </summary>
internal sealed class TlsSelection(EventLoop loop, ServerOptionsSelectionCallback selector)
{
    public ValueTask<SslServerAuthenticationOptions> SelectAsync(
        SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellationToken)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new LoopSynchronizationContext(loop.Core, task: null));
        try
        {
            ValueTask<SslServerAuthenticationOptions> selected = selector(stream, hello, state, cancellationToken);
            return selected.IsCompletedSuccessfully ? selected : WaitAsync(selected);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private static ValueTask<SslServerAuthenticationOptions> WaitAsync(ValueTask<SslServerAuthenticationOptions> selected)
    {
        // Its continuation, the handshake, shall run inside SetResult: so no asynchronous continuations.
        var result = new TaskCompletionSource<SslServerAuthenticationOptions>();
        _ = CompleteAsync(selected, result);
        return new ValueTask<SslServerAuthenticationOptions>(result.Task);
    }

    private static async Task CompleteAsync(
        ValueTask<SslServerAuthenticationOptions> selected, TaskCompletionSource<SslServerAuthenticationOptions> result)
    {
        try
        {
            SslServerAuthenticationOptions options = await selected;
            using (TlsInline.Begin())
            {
                result.SetResult(options);
            }
        }
        catch (Exception failure)
        {
            using (TlsInline.Begin())
            {
                result.TrySetException(failure);
            }
        }
    }
}
