using ActorLoop.Scheduling;

namespace ActorLoop.Connections;

/// <content>How calls and connections of other threads come to the server's loop.</content>
internal sealed partial class SocketServer
{
    /// <summary>Runs on the loop: now, if this is its thread or nobody runs it, else as a message.</summary>
    private void Post(Action<SocketServer> action)
    {
        if (MayCall)
        {
            action(this);
        }
        else
        {
            _core.TryPost(new Message((Action)(() => action(this))));
        }
    }

    /// <summary>Whether the calling thread may touch what belongs to the loop.</summary>
    private bool MayCall => _core.IsOnLoop || (!_core.IsRunning && !_core.HasThread);

    private Task OnLoopAsync(Action<SocketServer> action)
    {
        if (_core.IsOnLoop)
        {
            action(this);
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _core.Post(new Message((Action)(() =>
        {
            try
            {
                action(this);
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        })));
        return done.Task;
    }

    private sealed class HandedOver(SocketServer server, in AcceptedSocket socket) : IMessage
    {
        private readonly AcceptedSocket _socket = socket;

        public void Run() => server.Attach(_socket);
    }
}
