using System.Runtime.CompilerServices;
using ActorLoop.Scheduling;

#pragma warning disable VSTHRD002 // Results are taken when they are there: nothing waits.

namespace ActorLoop.Supervision;

/// <content>Handling a message, and waiting for one that awaits.</content>
internal sealed partial class ActorCell<TMessage>
{
    private PendingReceive? _pending;

    private void Receive(TMessage message)
    {
        try
        {
            ValueTask receiving = _actor!.CallReceiveAsync(message);
            if (!receiving.IsCompletedSuccessfully)
            {
                Await(receiving, message);
            }
            else
            {
                // A pooled source wants its result to be taken.
                receiving.GetAwaiter().GetResult();
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Fail(failure, message);
        }
    }

    private void Await(ValueTask receiving, TMessage message)
    {
        ValueTaskAwaiter awaiter = receiving.GetAwaiter();
        if (awaiter.IsCompleted)
        {
            awaiter.GetResult();
            return;
        }

        _hold |= CellHold.Busy;
        PendingReceive pending = _pending ??= new PendingReceive(this);
        pending.Wait(awaiter, message);
    }

    protected override void AbandonReceive()
    {
        base.AbandonReceive();
        _pending?.Abandon();
        _pending = null;
    }

    private void Received(ValueTaskAwaiter awaiter, TMessage message)
    {
        _hold &= ~CellHold.Busy;
        try
        {
            awaiter.GetResult();
        }
        catch (FatalLoopException)
        {
            ContinueAfterReceive();
            throw;
        }
        catch (Exception failure)
        {
            if (State == CellState.Running)
            {
                Fail(failure, message);
            }
            else if (failure is not OperationCanceledException)
            {
                ReportLate(failure);
            }
        }

        ContinueAfterReceive();
    }

    private void ContinueAfterReceive()
    {
        if (State == CellState.Running)
        {
            if (!_isScheduled)
            {
                RunSlice();
            }
        }
        else
        {
            ReceiveEnded();
        }
    }

    private void ReportLate(Exception failure) =>
        Host.Report($"Actor '{Path}' failed at a message after it was told to stop", failure);

    /// <summary>One message that awaits. Used again for the next, unless it was given up.</summary>
    private sealed class PendingReceive
    {
        private readonly ActorCell<TMessage> _owner;
        private readonly Action _completed;
        private ActorCell<TMessage>? _cell;
        private ValueTaskAwaiter _awaiter;
        private TMessage _message = default!;

        public PendingReceive(ActorCell<TMessage> cell)
        {
            _cell = _owner = cell;
            _completed = Completed;
        }

        public void Wait(ValueTaskAwaiter awaiter, TMessage message)
        {
            _awaiter = awaiter;
            _message = message;
            awaiter.UnsafeOnCompleted(_completed);
        }

        public void Abandon() => _cell = null;

        private void Completed()
        {
            if (!_owner.Core.IsOnLoop)
            {
                // A message that took the loop's context away before it awaited; if the loop is closed, nobody waits any more.
                _ = _owner.Core.TryPost(new Message(_completed));
                return;
            }

            ValueTaskAwaiter awaiter = _awaiter;
            TMessage message = _message;
            _awaiter = default;
            _message = default!;
            if (_cell is { } cell)
            {
                cell.Received(awaiter, message);
                return;
            }

            try
            {
                awaiter.GetResult();
            }
            catch (Exception failure) when (failure is not FatalLoopException)
            {
                if (failure is not OperationCanceledException)
                {
                    _owner.ReportLate(failure);
                }
            }
        }
    }
}
