namespace SupervisedService;

/// <summary>What the command line says.</summary>
internal sealed record ServiceOptions(string Host, int Port, string UpstreamHost, int UpstreamPort, int? ChaosSeed, int Seconds);
