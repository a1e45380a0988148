using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>One call of a loop over completions: started, waited for, and told to the caller in the words of the loop.</summary>
internal sealed class SocketCall<T>(
    LoopCore core, Socket socket, SelectorEvents direction, string what, CancellationToken cancellationToken) : ISocketCall
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    public Task<T> Task => _done.Task;

    public bool IsCanceled => cancellationToken.IsCancellationRequested;

    public void LoopClosing()
    {
        _done.TrySetException(new LoopClosedException(core.Name));
        _end.Cancel();
    }

    /// <summary>The socket is free for the next call before the caller of this one hears of its end.</summary>
    private void MakeWay(SocketUse use)
    {
        if (core.IsOnLoop)
        {
            use.End(direction, this);
        }
    }

    /// <summary>
    /// A cancellation only asks the system to end the call: what it has done until then, it has done, and no byte is lost.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, ValueTask<T>> start, bool atOnce)
    {
        SafeSocketHandle handle = socket.SafeHandle;
        SocketUse use = core.Registrations.Find(handle.DangerousGetHandle())?.Owner as SocketUse ?? new SocketUse(core, handle);
        use.Begin(direction, this);
        await using CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(_ => MakeWay(use), null);
        try
        {
            if (!atOnce)
            {
                await System.Threading.Tasks.Task.Yield();
            }

            T result = await start(_end.Token);
            use.End(direction, this);
            _done.TrySetResult(result);
        }
        catch (OperationCanceledException)
        {
            use.End(direction, this);
            _done.TrySetCanceled(cancellationToken);
        }
        catch (SocketException failure)
        {
            use.End(direction, this);
            _done.TrySetException(handle.IsClosed
                ? new ObjectDisposedException(typeof(Socket).FullName, $"{what}: the socket was closed meanwhile.")
                : CompletionErrors.Create(failure.SocketErrorCode, what));
        }
        catch (Exception failure)
        {
            use.End(direction, this);
            _done.TrySetException(failure);
        }
        finally
        {
            _end.Dispose();
        }
    }
}
