using System.Runtime.ExceptionServices;
using ActorLoop.Futures;
using ActorLoop.Scheduling;

namespace ActorLoop;

/// <content>How a task ends. See <see cref="LoopTask"/>.</content>
public partial class LoopTask
{
    // A message of its own, because here the exception could surface inside a continuation of the runtime and be lost.
    private static readonly Action<object?> s_rethrow = static fatal => ExceptionDispatchInfo.Throw((Exception)fatal!);

    /// <summary>Whether closing the loop keeps quiet about this task, because its maker is told otherwise.</summary>
    internal bool SuppressPendingReport { get; set; }

    /// <summary>
    /// Ends a task whose loop was closed: threads that wait for <see cref="LoopFuture.Task"/> would wait for ever.
    /// </summary>
    internal void Abandon() => Finish(FutureState.Canceled, null, $"The loop was closed before {Kind} was done.");

    /// <summary>Keeps the result of a body that ended well.</summary>
    private protected virtual void StoreResult(Task body)
    {
    }

    private void BodyEnded()
    {
        if (Host.IsOnLoop)
        {
            FinishBody();
        }
        else if (!Host.TryPost(new Message((Action)FinishBody)))
        {
            // The loop is closed and calls nobody any more, but other threads may still wait for the mirror.
            FinishBody();
        }
    }

    private void FinishBody()
    {
        Task body = _inner!;
        if (body.IsFaulted)
        {
            FinishThrown(body.Exception!.InnerException!);
        }
        else if (body.IsCanceled)
        {
            FinishThrown(CompletedTask.CancellationOf(body));
        }
        else if (_isCancelPending)
        {
            // Canceled in its last step: nothing was left to interrupt.
            FinishCanceled();
        }
        else if (TryBeginCompletion())
        {
            StoreResult(body);
            EndCompletion(FutureState.Succeeded);
            Host.TaskFinished(this);
        }
    }

    private void FinishThrown(Exception exception)
    {
        switch (exception)
        {
            case OperationCanceledException canceled:
                Finish(FutureState.Canceled, WithRequestMessage(canceled));
                break;
            case FatalLoopException fatal:
                MarkObserved();
                Finish(FutureState.Failed, fatal);
                Host.TryPost(new Message(s_rethrow, fatal));
                break;
            default:
                Finish(FutureState.Failed, exception);
                break;
        }
    }

    private void FinishCanceled() => Finish(FutureState.Canceled, WithRequestMessage(null));

    private void Finish(FutureState outcome, Exception? exception, string? message = null)
    {
        if (TryComplete(outcome, exception, message))
        {
            Host.TaskFinished(this);
        }
    }

    private OperationCanceledException WithRequestMessage(OperationCanceledException? thrown)
    {
        if (_requestMessage is null && thrown is not null)
        {
            return thrown;
        }

        string message = _requestMessage ?? $"{Kind} was canceled.";
        return new OperationCanceledException(message, thrown, thrown?.CancellationToken ?? CancellationToken);
    }
}
