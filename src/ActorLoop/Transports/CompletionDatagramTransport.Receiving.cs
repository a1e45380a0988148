using System.Net;
using System.Net.Sockets;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// Receiving: one operation at a time. What arrives while reading is paused is kept for the resume, once; then the system keeps it.
/// </summary>
internal sealed partial class CompletionDatagramTransport
{
    private static readonly Action<object?> s_deliver = static transport => ((CompletionDatagramTransport)transport!).DeliverHeld();

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
                _core.PostLocal(new Message(s_deliver, this, _context));
            }
        }
    }

    private void ReceiveNext()
    {
        if (_closing || _receive.IsPending || _held is not null)
        {
            return;
        }

        _block ??= _blocks.Rent();
        _receive.SetBuffer(_block);
        if (_settings.IsConnected)
        {
            _receive.Receive(_socket);
        }
        else
        {
            // Everybody gets a new object, so that the one a protocol keeps stays as it is.
            _receive.RemoteEndPoint = AnyName(_settings.Family);
            _receive.ReceiveFrom(_socket);
        }
    }

    private void Received()
    {
        if (_closing)
        {
            return;
        }

        SocketError error = _receive.SocketError;
        if (error == SocketError.MessageSize)
        {
            _truncated++;
        }

        if (error is SocketError.Success or SocketError.MessageSize)
        {
            EndPoint remote = _settings.IsConnected ? _settings.Target! : Sender(_receive.RemoteEndPoint);
            _held = (_receive.BytesTransferred, remote);
            DeliverHeld();
            return;
        }

        if (!CompletionErrors.IsTransient(error))
        {
            TellError(CompletionErrors.Create(error, "Receiving"));
        }

        ReceiveNext();
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
        finally
        {
            ReceiveNext();
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
