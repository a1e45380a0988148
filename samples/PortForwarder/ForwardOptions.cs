namespace PortForwarder;

/// <summary>What the command line asks for.</summary>
internal sealed record ForwardOptions(string Host, int Port, int Loops, Target Target);
