using System.Buffers;

namespace ActorLoop.Transports;

/// <summary>What a kind of transport does its own way.</summary>
internal abstract partial class StreamTransport
{
    /// <summary>The file that is being sent between two writes, by those who can.</summary>
    protected FileTransfer? File { get; set; }

    /// <summary>Whether the end of the protocol's data would be noticed now; for the text form.</summary>
    protected abstract bool IsWaitingForData { get; }

    /// <summary><c>ConnectionMade</c> was called.</summary>
    protected abstract void StartReading();

    /// <summary>The protocol wants data again.</summary>
    protected abstract void GoOnReading();

    /// <summary>No more data is wanted.</summary>
    protected abstract void StopReading();

    /// <summary>Sends what is buffered and <paramref name="data"/> behind it, and keeps what was not taken.</summary>
    protected abstract void SendNow(ReadOnlySpan<byte> data);

    /// <inheritdoc cref="SendNow"/>
    protected abstract void SendPieces(in ReadOnlySequence<byte> data);

    protected abstract void SendBuffered();

    /// <summary>The system has no room for what is buffered: go on when it has.</summary>
    protected abstract void AwaitRoom();

    /// <summary>The buffer is empty again.</summary>
    protected abstract void ForgetRoom();

    protected abstract void ShutdownSending();

    /// <summary>The connection ends with bytes that were not sent.</summary>
    protected virtual void Release(OutgoingBuffer unsent) => unsent.Clear();

    protected virtual void CloseSocket() => Handle.Close();

    /// <summary>What was written before the file is sent.</summary>
    protected virtual void ContinueFile()
    {
    }

    /// <summary>The connection ends while a file is being sent.</summary>
    protected virtual void LoseFile(Exception? reason)
    {
    }
}
