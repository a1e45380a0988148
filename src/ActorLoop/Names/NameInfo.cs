namespace ActorLoop;

/// <summary>What an address and a port are called. Mirrors the answer of <c>getnameinfo</c>.</summary>
/// <param name="Host">Name of the host, or its address.</param>
/// <param name="Service">Name of the service, or its number.</param>
public sealed record NameInfo(string Host, string Service);
