using System.Net.Sockets;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// Sending a file between two writes, read piece by piece: the sending direction belongs to it alone, and nothing is read from the
/// peer meanwhile.
/// </summary>
internal sealed partial class CompletionTransport
{
    private FileSending? _file;

    /// <summary>Sends a file after what is buffered; done when the system has taken the last byte.</summary>
    public async Task SendFileAsync(FileTransfer file, CancellationToken cancellationToken)
    {
        VerifyThread();
        if (File is not null || EofWritten)
        {
            throw new InvalidOperationException(EofWritten
                ? "A file cannot follow WriteEof: the sending direction was ended."
                : "Another file is being sent; await that first.");
        }

        File = file;
        FileSending sending = _file = new FileSending(file);
        await using CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(
            (_, token) => CancelFile(sending, token), null);
        BeginFile();
        await sending.Done.Task;
    }

    protected override void ContinueFile()
    {
        FileSending sending = _file!;
        if (sending.IsStepping)
        {
            sending.GoesOn = true;
        }
        else
        {
            _ = StepAsync(sending);
        }
    }

    /// <summary>The connection ends while a file is being sent.</summary>
    protected override void LoseFile(Exception? reason) =>
        EndFile()?.TrySetException(reason ?? new SocketException(
            (int)SocketError.ConnectionAborted, "The connection was aborted while a file was being sent."));

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
            ContinueFile();
        }
    }

    /// <summary>Reads and sends until the system has no room, or the file no more bytes.</summary>
    private async Task StepAsync(FileSending sending)
    {
        sending.IsStepping = true;
        do
        {
            sending.GoesOn = false;
            int read;
            try
            {
                read = await sending.ReadAsync();
            }
            catch (Exception failure)
            {
                // The file's fault, not the connection's; but what the peer has got so far is for the user to judge.
                if (_file == sending)
                {
                    EndFile()?.TrySetException(failure);
                }

                return;
            }

            if (_file != sending)
            {
                return;
            }

            if (read == 0)
            {
                EndFile()?.TrySetResult();
                return;
            }

            sending.File.Add(read);
            SendDirectly(sending.Block.AsSpan(0, read));
        }
        while (sending.GoesOn && _file == sending);
        sending.IsStepping = false;
    }

    /// <summary>Gives both directions back, and goes on with what waited for the end of the file.</summary>
    private TaskCompletionSource? EndFile()
    {
        TaskCompletionSource? done = _file?.Done;
        _file = null;
        File = null;
        if (done is null || IsLosing)
        {
            return done;
        }

        if (WantsData)
        {
            GoOnReading();
        }

        if (!IsBlocked)
        {
            GoOnAfterDrain();
        }

        return done;
    }

    private void CancelFile(FileSending sending, CancellationToken cancellationToken)
    {
        if (!Core.IsOnLoop)
        {
            Core.TryPost(new Message((Action)(() => CancelFile(sending, cancellationToken))));
        }
        else if (_file == sending)
        {
            EndFile()?.TrySetCanceled(cancellationToken);
        }
    }

    /// <summary>One file on its way, and the memory for a piece of it.</summary>
    private sealed class FileSending(FileTransfer file)
    {
        private const int BlockSize = 32 * 1024;

        public FileTransfer File => file;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Block { get; } = new byte[BlockSize];

        /// <summary>Whether a piece is being read, or was read and is being sent.</summary>
        public bool IsStepping { get; set; }

        /// <summary>Whether the system took all of a piece at once.</summary>
        public bool GoesOn { get; set; }

        public ValueTask<int> ReadAsync()
        {
            var wanted = (int)Math.Min(file.Left, BlockSize);
            return wanted == 0 ? new(0) : file.Source.ReadAsync(Block.AsMemory(0, wanted), file.Position, CancellationToken.None);
        }
    }
}
