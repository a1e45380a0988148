namespace ActorLoop.Transports;

/// <summary>Reading: who may have data now, and the end of the stream.</summary>
internal abstract partial class StreamTransport
{
    private bool _paused;

    public bool IsReading => !_paused && !IsClosing && File is null;

    /// <summary>Whether <c>ConnectionMade</c> was called, so that data may follow.</summary>
    protected bool IsStarted { get; private set; }

    protected bool EofSeen { get; private set; }

    protected bool WantsData => IsStarted && !_paused && !IsClosing && !EofSeen && File is null;

    public void PauseReading()
    {
        VerifyThread();
        if (_paused || IsClosing)
        {
            return;
        }

        // Nobody is told before data arrives meanwhile: pausing and resuming in one breath costs no system call.
        _paused = true;
        TraceState("pauses reading");
    }

    public void ResumeReading()
    {
        VerifyThread();
        if (_paused && !IsClosing)
        {
            _paused = false;
            TraceState("resumes reading");
            if (WantsData)
            {
                GoOnReading();
            }
        }
    }

    protected void EndOfStream()
    {
        EofSeen = true;
        TraceState("received the end of the stream");
        bool keepOpen;
        try
        {
            keepOpen = ((StreamProtocol)_protocol).EofReceived();
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(StreamProtocol.EofReceived), failure);
            // Forgiven, the call counts as one that did what the default does.
            keepOpen = false;
        }

        if (!keepOpen)
        {
            Close();
        }
        else if (EofSent)
        {
            // Not every system reports a hang-up, so do not wait for one.
            ForceClose(null);
        }
        else
        {
            StopReading();
        }
    }
}
