using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Tests.Names;

/// <summary>A resolver that answers what the test says, and remembers what it was asked.</summary>
internal sealed class ScriptedResolver : NameResolver
{
    private readonly Dictionary<string, Func<CancellationToken, Task<IReadOnlyList<AddressInfo>>>> _hosts = [];

    /// <summary>Every question, as "host", "host:service" or "?address".</summary>
    public List<string> Questions { get; } = [];

    public AddressInfoOptions? LastOptions { get; private set; }

    /// <summary>Tokens of the questions, in order: canceled when nobody waits any more.</summary>
    public List<CancellationToken> Tokens { get; } = [];

    public void Answer(string host, params string[] addresses) =>
        Answer(host, addresses.Select(text => IPEndPoint.Parse(text)).ToArray());

    public void Answer(string host, params IPEndPoint[] endPoints) => AnswerAfter(host, Task.CompletedTask, endPoints);

    public void AnswerAfter(string host, Task moment, params IPEndPoint[] endPoints) => _hosts[host] = async _ =>
    {
        await moment;
        return [.. endPoints.Select(endPoint => new AddressInfo(endPoint, SocketType.Stream, ProtocolType.Tcp))];
    };

    public void Fail(string host, Exception failure) =>
        _hosts[host] = _ => Task.FromException<IReadOnlyList<AddressInfo>>(failure);

    /// <summary>Never answers, or when the test sets the result.</summary>
    public TaskCompletionSource<IReadOnlyList<AddressInfo>> Hang(string host)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<AddressInfo>>();
        _hosts[host] = _ => answer.Task;
        return answer;
    }

    public override Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host, string? service, AddressInfoOptions options, CancellationToken cancellationToken)
    {
        Questions.Add(service is null ? host! : $"{host}:{service}");
        LastOptions = options;
        Tokens.Add(cancellationToken);
        return _hosts.TryGetValue(host ?? "", out Func<CancellationToken, Task<IReadOnlyList<AddressInfo>>>? answer)
            ? answer(cancellationToken)
            : Task.FromException<IReadOnlyList<AddressInfo>>(new SocketException((int)SocketError.HostNotFound));
    }

    public override Task<NameInfo> GetNameInfoAsync(
        IPEndPoint endPoint, NameInfoHints flags, CancellationToken cancellationToken)
    {
        Questions.Add($"?{endPoint}");
        Tokens.Add(cancellationToken);
        return Task.FromResult(new NameInfo("name.test", "service"));
    }
}
