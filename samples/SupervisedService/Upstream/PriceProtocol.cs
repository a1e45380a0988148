using System.Text;
using ActorLoop;

namespace SupervisedService.Upstream;

/// <summary>Questions and answers on one connection to the upstream, in order.</summary>
internal sealed class PriceProtocol : Protocol
{
    private readonly Queue<TaskCompletionSource<string>> _waiting = new();
    private readonly StringBuilder _partial = new();
    private ITransport? _transport;

    public override void ConnectionMade(ITransport transport) => _transport = transport;

    /// <summary>Asks; an answer that is given up keeps its place, so that the next one is not mistaken for it.</summary>
    public Task<string> AskAsync(string item, CancellationToken cancellationToken)
    {
        if (_transport is not { IsClosing: false })
        {
            return Task.FromException<string>(new IOException("There is no connection to the upstream."));
        }

        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(answer);
        _transport.Write(Encoding.UTF8.GetBytes($"price {item}\n"));
        return answer.Task.WaitAsync(cancellationToken);
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _partial.Append(Encoding.UTF8.GetString(data));
        string text = _partial.ToString();
        int start = 0;
        for (int end; (end = text.IndexOf('\n', start)) >= 0; start = end + 1)
        {
            _waiting.Dequeue().TrySetResult(text[start..end]);
        }

        _partial.Remove(0, start);
    }

    public override void ConnectionLost(Exception? exception)
    {
        foreach (TaskCompletionSource<string> answer in _waiting)
        {
            answer.TrySetException(new IOException("The connection to the upstream was lost.", exception));
            // Whoever gave the question up does not look at how it ended.
            _ = answer.Task.Exception;
        }

        _waiting.Clear();
    }
}
