using System.Net.Sockets;

namespace ActorLoop.Connections;

/// <summary>What a caller hears when none of several addresses could be connected to.</summary>
internal static class ConnectionFailures
{
    /// <summary>All of them on request; else one error that names them all.</summary>
    public static Exception Merge(IReadOnlyList<Exception> failures, string host, bool all)
    {
        if (all)
        {
            return new AggregateException($"Connecting to '{host}' failed: {failures.Count} addresses were tried.", failures);
        }

        string[] texts = [.. failures.Select(failure => failure.Message).Distinct()];
        if (texts.Length == 1)
        {
            return failures[0];
        }

        SocketError code = failures.OfType<SocketException>().FirstOrDefault()?.SocketErrorCode ?? SocketError.SocketError;
        return new SocketException((int)code, $"All {failures.Count} addresses of '{host}' failed: {string.Join(" ", texts)}");
    }
}
