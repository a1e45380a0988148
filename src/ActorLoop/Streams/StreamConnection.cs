using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Streams;

/// <summary>
/// The protocol under a stream: brings what the transport tells to the two halves, and remembers how it ended.
/// </summary>
/// <remarks>
/// It does not hold the <see cref="LoopStream"/>, so that one that is dropped without being closed is noticed.
/// </remarks>
internal sealed class StreamConnection(StreamOptions options, StreamHandler? handler) : BufferedProtocol
{
    private ITransport? _transport;
    private StreamInput? _input;
    private StreamOutput? _output;
    private StreamMemory? _memory;
    private byte[]? _ownBuffer;
    private TaskCompletionSource? _closed;
    private Exception? _reason;
    private bool _inputDone;
    private bool _outputDone;

    public ITransport Transport => _transport!;

    public LoopCore Core => Transport.Loop.Core;

    public StreamInput Input => _input!;

    public StreamOutput Output => _output!;

    public StreamMemory Memory => _memory!;

    /// <summary>The task of the handler that serves this connection.</summary>
    public LoopTask? HandlerTask { get; set; }

    /// <summary>Whether the connection has ended, in whatever way.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether it ended as connections do: closed here, or by the peer's doing.</summary>
    public bool IsOrdinarilyLost => IsLost && (_reason is null or SocketException);

    /// <summary>Whether it ended with an error.</summary>
    public bool IsBroken => _reason is not null;

    /// <summary>
    /// Whether bytes are put into memory the moment it was given, so that it may be the reader's, or be shared by all
    /// streams of the loop.
    /// </summary>
    public bool ReceivesAtOnce { get; private set; }

    /// <summary>What is received into when the reader's own memory does not do.</summary>
    public byte[] ReceiveBuffer =>
        ReceivesAtOnce ? Memory.Transports.Receive : _ownBuffer ??= Memory.Transports.Blocks.Rent();

    public bool IsOnLoop => Core.IsOnLoop || !Core.IsRunning;

    /// <summary>Makes the two halves. Whoever was the protocol so far is told nothing any more.</summary>
    [MemberNotNull(nameof(_transport), nameof(_input), nameof(_output), nameof(_memory))]
    public void Attach(ITransport transport)
    {
        _transport = transport;
        ReceivesAtOnce = transport is SocketTransport or ReadPipeTransport;
        _memory = StreamMemory.Of(transport.Loop);
        _input = new StreamInput(this, options.Limit);
        _output = new StreamOutput(this);
        _output.TakeOver();
        if (transport is PipeTransport { IsInput: false })
        {
            // Nothing can come out of this end of a pipe: who reads finds the end.
            _input.End();
        }
    }

    /// <summary>The same connection goes on through another transport: through TLS.</summary>
    public void Continue(ITransport transport)
    {
        _transport = transport;
        // TLS decrypts from the buffer that streams over sockets receive into.
        ReceivesAtOnce = false;
    }

    public override void ConnectionMade(ITransport transport)
    {
        Attach(transport);
        handler?.Start(this);
    }

    public override Memory<byte> GetBuffer(int sizeHint) => Input.Room();

    public override void BufferUpdated(int count)
    {
        Input.Received(count);
        ReturnOwnBuffer();
    }

    /// <summary>Keeps what can be half closed open: the answer may still have to be written.</summary>
    public override bool EofReceived()
    {
        Input.End();
        return Transport.CanWriteEof;
    }

    public override void PauseWriting() => Output.Pause();

    public override void ResumeWriting() => Output.Resume();

    public override void ConnectionLost(Exception? exception)
    {
        IsLost = true;
        _reason = exception;
        if (exception is null)
        {
            Input.End();
            _closed?.TrySetResult();
        }
        else
        {
            Input.Fail();
            _closed?.TrySetException(Loss());
        }

        Output.End();
        ReturnOwnBuffer();
        HandlerTask?.CancelToken();
    }

    /// <summary>What a read or a drain of a lost connection throws.</summary>
    public ConnectionLostException Loss() => _reason is null
        ? new ConnectionLostException("The connection is closed.")
        : new ConnectionLostException($"The connection is lost: {_reason.Message}", _reason);

    public Task WaitClosedAsync()
    {
        if (!IsLost)
        {
            _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _closed.Task;
        }

        return IsBroken ? Task.FromException(Loss()) : Task.CompletedTask;
    }

    /// <summary>Closes the connection after what is buffered was sent. Thread: any.</summary>
    public void Close() => RunOnLoop(Transport.Close);

    /// <summary>The reader takes no more; when the writer has ended too, the connection does.</summary>
    public void CompleteInput()
    {
        _inputDone = true;
        Input.Complete();
        CloseIfDone();
    }

    /// <summary>The writer has written all it will; with an exception, what it has written is worth nothing.</summary>
    public void CompleteOutput(Exception? exception)
    {
        _outputDone = true;
        if (exception is not null)
        {
            Transport.Abort();
        }
        else if (Transport.CanWriteEof && !_inputDone)
        {
            Transport.WriteEof();
        }

        CloseIfDone();
    }

    /// <summary>Runs now if this is the loop's thread or nobody runs it, else as a message.</summary>
    public void RunOnLoop(Action action)
    {
        if (IsOnLoop)
        {
            action();
        }
        else
        {
            Core.TryPost(new Message(action));
        }
    }

    public void VerifyThread()
    {
        if (!IsOnLoop)
        {
            throw new InvalidOperationException(
                $"The stream belongs to loop '{Core.Name}', which runs on another thread: post the call to the loop.");
        }
    }

    /// <summary>Called by the finalizer of a stream that nobody closed.</summary>
    public void Dropped()
    {
        if (!IsLost)
        {
            Core.TryPost(new Message((Action)CloseDropped));
        }
    }

    /// <summary>An idle connection holds no buffer.</summary>
    private void ReturnOwnBuffer()
    {
        if (_ownBuffer is { } buffer)
        {
            _ownBuffer = null;
            Memory.Transports.Blocks.Return(buffer);
        }
    }

    private void CloseIfDone()
    {
        if (_inputDone && _outputDone)
        {
            Transport.Close();
        }
    }

    private void CloseDropped()
    {
        if (IsLost || Transport.IsClosing)
        {
            return;
        }

        Core.Errors.Report(new LoopExceptionContext("A stream was dropped without being closed; it is closed now.")
        {
            Kind = LoopErrorKind.ResourceLeak,
            Transport = Transport,
            Protocol = this,
        });
        Transport.Close();
    }
}
