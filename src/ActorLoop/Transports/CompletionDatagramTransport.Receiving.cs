using System.Net;
using System.Net.Sockets;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// Receiving: one operation at a time. What arrives while reading is paused is kept for the resume, once; then the system keeps it.
/// </summary>
internal sealed partial class CompletionDatagramTransport
{
    /// <summary>So many datagrams are received in one message at most.</summary>
    private const int Batch = 16;

    private static readonly Action<object?> s_receive = static transport => ((CompletionDatagramTransport)transport!).GoOn();

    private readonly Completion _receive;
    private readonly CompletionMemory _blocks;
    private byte[]? _block;
    private (int Length, EndPoint Remote)? _held;
    private long _received;
    private long _truncated;
    private bool _paused;

    public bool IsReading => !_paused && !_closing;

    public void PauseReading()
    {
        VerifyThread();
        _paused |= !_closing;
    }

    public void ResumeReading()
    {
        VerifyThread();
        if (_paused && !_closing)
        {
            _paused = false;
            if (_held is not null)
            {
                _core.PostLocal(new Message(s_receive, this, _context));
            }
        }
    }

    private void ReceiveNext()
    {
        for (int i = 0; i < Batch; i++)
        {
            if (_closing || _receive.IsPending || _held is not null || TryReceive())
            {
                return;
            }

            Keep();
            DeliverHeld();
        }

        if (!_closing && !_receive.IsPending && _held is null)
        {
            // The others have their turn first.
            _core.PostLocal(new Message(s_receive, this, _context));
        }
    }

    /// <summary>Whether the system will say when something came.</summary>
    private bool TryReceive()
    {
        _block ??= _blocks.Rent();
        _receive.SetBuffer(_block);

        // Everybody gets a new object, so that the one a protocol keeps stays as it is.
        _receive.RemoteEndPoint = _settings.IsConnected ? null : AnyName(_settings.Family);
        return _receive.TryReceiveDatagram(_socket);
    }

    private void Received()
    {
        Keep();
        DeliverHeld();
        ReceiveNext();
    }

    private void GoOn()
    {
        DeliverHeld();
        ReceiveNext();
    }

    private void Keep()
    {
        SocketError error = _receive.SocketError;
        if (_closing)
        {
            return;
        }

        if (error is SocketError.Success or SocketError.MessageSize)
        {
            _truncated += error == SocketError.MessageSize ? 1 : 0;
            EndPoint remote = _settings.IsConnected ? _settings.Target! : Sender(_receive.RemoteEndPoint);
            _held = (_receive.BytesTransferred, remote);
        }
        else if (!CompletionErrors.IsTransient(error))
        {
            TellError(CompletionErrors.Create(error, "Receiving"));
        }
    }

    private void DeliverHeld()
    {
        if (!IsReading || _held is not { } held)
        {
            return;
        }

        _held = null;
        _received++;
        try
        {
            _protocol.DatagramReceived(_block.AsSpan(0, held.Length), held.Remote);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            // One bad datagram must not end the service for all: reported, and on to the next.
            Report(nameof(DatagramProtocol.DatagramReceived), failure);
        }
    }

    private static EndPoint Sender(EndPoint? remote) =>
        remote is null || (remote is UnixDomainSocketEndPoint unix && unix.ToString().Length == 0) ? UnnamedEndPoint.Instance : remote;

    private static EndPoint AnyName(AddressFamily family) => family switch
    {
        AddressFamily.Unix => new UnixDomainSocketEndPoint("/"),
        AddressFamily.InterNetworkV6 => new IPEndPoint(IPAddress.IPv6Any, 0),
        _ => new IPEndPoint(IPAddress.Any, 0),
    };
}
