using System.Net.Sockets;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// Sending a file between two writes: the sending direction belongs to it alone, and nothing is read meanwhile.
/// </summary>
internal sealed partial class SocketTransport
{
    private TaskCompletionSource<bool>? _fileDone;

    /// <summary>
    /// Sends a file after what is buffered. False: the system cannot send this kind of file, and nothing was sent.
    /// </summary>
    public async Task<bool> SendFileAsync(FileTransfer file, CancellationToken cancellationToken)
    {
        VerifyThread();
        if (File is not null || EofWritten)
        {
            throw new InvalidOperationException(EofWritten
                ? "A file cannot follow WriteEof: the sending direction was ended."
                : "Another file is being sent; await that first.");
        }

        File = file;
        var done = _fileDone = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(
            (_, token) => CancelFile(file, token), null);
        await using (cancellation)
        {
            BeginFile();
            return await done.Task;
        }
    }

    private void BeginFile()
    {
        // Canceling may have ended it within the call that registered for it.
        if (File is null || IsBlocked)
        {
            return;
        }

        if (WriteBufferSize > 0)
        {
            SendBuffered();
        }
        else
        {
            SendFileStep();
        }
    }

    protected override void ContinueFile() => SendFileStep();

    private void SendFileStep()
    {
        FileStep step;
        try
        {
            step = File!.Step(Handle.Descriptor);
        }
        catch (SocketException failure)
        {
            ForceClose(failure);
            return;
        }
        catch (IOException failure)
        {
            // The file's fault, not the connection's; but what the peer has got so far is for the user to judge.
            EndFile()?.TrySetException(failure);
            return;
        }

        if (step == FileStep.Wait)
        {
            AwaitRoom();
        }
        else
        {
            EndFile()?.TrySetResult(step == FileStep.Done);
        }
    }

    /// <summary>Gives both directions back, and goes on with what waited for the end of the file.</summary>
    private TaskCompletionSource<bool>? EndFile()
    {
        TaskCompletionSource<bool>? done = _fileDone;
        File = null;
        _fileDone = null;
        if (IsLosing)
        {
            return done;
        }

        SelectorEvents interest = WantsData ? Interest | SelectorEvents.Read : Interest;
        if (IsBlocked)
        {
            Watch(interest);
        }
        else
        {
            Registration!.Writer = null;
            Watch(interest & ~SelectorEvents.Write);
            GoOnAfterDrain();
        }

        return done;
    }

    /// <summary>The connection ends while a file is being sent.</summary>
    protected override void LoseFile(Exception? reason)
    {
        if (File is not null)
        {
            EndFile()?.TrySetException(reason ?? new SocketException(
                (int)SocketError.ConnectionAborted, "The connection was aborted while a file was being sent."));
        }
    }

    private void CancelFile(FileTransfer file, CancellationToken cancellationToken)
    {
        if (!Core.IsOnLoop)
        {
            Core.TryPost(new Message((Action)(() => CancelFile(file, cancellationToken))));
        }
        else if (File == file)
        {
            EndFile()?.TrySetCanceled(cancellationToken);
        }
    }
}
