namespace ActorLoop.Selectors;

/// <summary>One descriptor of one port of a shared selector.</summary>
internal sealed class PortRegistration(SelectorPort port, int descriptor)
{
    public SelectorPort Port { get; } = port;

    public int Descriptor { get; } = descriptor;

    /// <summary>The token of the loop. Thread: the loop's.</summary>
    public long Token { get; set; }

    /// <summary>Thread: the loop's.</summary>
    public SelectorEvents Asked { get; set; }

    /// <summary>
    /// Whether the loop was told, and the system is not watching until it asks again. Thread: the loop's.
    /// </summary>
    public bool IsSilent { get; set; }

    /// <summary>Changes with every registration and modification. Guarded by the port.</summary>
    public int Generation { get; set; }

    /// <summary>What the shared thread saw and the loop has not been told yet. Guarded by the port.</summary>
    public SelectorEvents Seen { get; set; }

    /// <summary>What the shared selector knows this state of the registration by.</summary>
    public long SharedToken => ((long)Generation << 32) | (uint)Descriptor;

    public static (int Descriptor, int Generation) ReadToken(long token) => ((int)token, (int)(token >> 32));
}
