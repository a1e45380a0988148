namespace TlsLineServer;

/// <summary>What the command line asks for.</summary>
internal sealed record LineOptions(string Host, int Port, string? SaveCertificate);
