using System.Collections.Concurrent;
using System.Text;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>
/// Answers each piece with itself and its number in this protocol's life: "ab" is answered by "ab1". What begins with '!' makes
/// the protocol throw.
/// </summary>
public sealed class NumberingProtocol : Protocol
{
    private ITransport? _transport;
    private int _count;

    /// <summary>Every one that was made, in order.</summary>
    public static Func<StreamProtocol> Into(ConcurrentQueue<NumberingProtocol> all, Action<NumberingProtocol>? setUp = null) => () =>
    {
        var protocol = new NumberingProtocol();
        setUp?.Invoke(protocol);
        all.Enqueue(protocol);
        return protocol;
    };

    public TaskCompletionSource<Exception?> Lost { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int LostCalls { get; private set; }

    public ITransport Transport => _transport!;

    public Action<ITransport>? OnMade { get; set; }

    public Action<ReadOnlyMemory<byte>>? OnData { get; set; }

    public Func<bool>? OnEof { get; set; }

    public Action? OnLost { get; set; }

    public override void ConnectionMade(ITransport transport)
    {
        _transport = transport;
        OnMade?.Invoke(transport);
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        OnData?.Invoke(data.ToArray());
        if (data[0] == '!')
        {
            throw new InvalidOperationException(Encoding.ASCII.GetString(data));
        }

        _transport!.Write(Encoding.ASCII.GetBytes($"{Encoding.ASCII.GetString(data)}{++_count}"));
    }

    public override bool EofReceived() => OnEof?.Invoke() ?? false;

    public override void ConnectionLost(Exception? exception)
    {
        LostCalls++;
        Lost.TrySetResult(exception);
        OnLost?.Invoke();
    }
}
