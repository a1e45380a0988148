namespace ActorLoop;

/// <summary>The reading half of a transport. Mirrors asyncio's <c>ReadTransport</c>.</summary>
public interface IReadTransport : IBaseTransport
{
    /// <summary>Whether data is being delivered: neither paused nor closing.</summary>
    bool IsReading { get; }

    /// <summary>Stops delivering data; no call until <see cref="ResumeReading"/>. Does nothing when paused or closing.</summary>
    /// <remarks>
    /// A reset by the peer ends the connection also while reading is paused; an orderly end is seen after resuming.
    /// </remarks>
    void PauseReading();

    /// <summary>Delivers data again. Does nothing when not paused or closing.</summary>
    void ResumeReading();
}
