using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <content>Who gets a datagram: the address as the system wants it, without an allocation for those it has seen.</content>
internal sealed partial class DatagramTransport
{
    private const int KeptUnixAddresses = 256;

    private RawAddress _targetAddress;
    private Dictionary<EndPoint, RawAddress>? _unixAddresses;

    private RawAddress AddressOf(EndPoint? remote)
    {
        if (_target is not null)
        {
            return remote is null || ReferenceEquals(remote, _target) || remote.Equals(_target)
                ? _targetAddress
                : throw new ArgumentException($"This endpoint sends to {_target} only, not to {remote}.", nameof(remote));
        }

        return remote switch
        {
            IPEndPoint internet when _family == AddressFamily.InterNetworkV6
                || internet.AddressFamily == _family => RawAddress.Of(internet),
            UnixDomainSocketEndPoint when _family == AddressFamily.Unix => UnixAddressOf(remote),
            null => throw new ArgumentNullException(nameof(remote), "This endpoint is not connected: a datagram needs a receiver."),
            _ => throw new ArgumentException(
                $"A socket of family {_family} cannot send to {remote} ({remote.GetType().Name}, {remote.AddressFamily}).",
                nameof(remote)),
        };
    }

    private RawAddress UnixAddressOf(EndPoint remote)
    {
        _unixAddresses ??= [];
        if (!_unixAddresses.TryGetValue(remote, out RawAddress address))
        {
            if (_unixAddresses.Count >= KeptUnixAddresses)
            {
                _unixAddresses.Clear();
            }

            address = RawAddress.Of(remote);
            _unixAddresses.Add(remote, address);
        }

        return address;
    }
}
