using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>How a datagram transport is set up, once its socket is open.</summary>
/// <param name="Family">Family of the socket.</param>
/// <param name="Target">Where datagrams go that name no receiver.</param>
/// <param name="IsConnected">Whether the kernel knows the target, and delivers nothing of others.</param>
/// <param name="Offloads">Those to use where the kernel has them.</param>
/// <param name="Limits">Of the write buffer.</param>
/// <param name="BeforeClose">Called when the endpoint has ended and its socket is about to be closed.</param>
internal sealed record DatagramSettings(
    AddressFamily Family,
    EndPoint? Target,
    bool IsConnected,
    DatagramOffloads Offloads,
    WriteBufferLimits Limits,
    Action? BeforeClose);
