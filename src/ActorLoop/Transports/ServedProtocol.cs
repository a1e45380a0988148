using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>What transports ask of the protocol they serve, and what they report when it fails.</summary>
internal static class ServedProtocol
{
    /// <param name="value">What the user sets.</param>
    /// <param name="transport">What it is set on, for the message.</param>
    public static StreamProtocol RequireStream(BaseProtocol value, string transport = "stream transport")
    {
        ArgumentNullException.ThrowIfNull(value);
        return value as StreamProtocol ?? throw new ArgumentException(
            $"A {transport} serves a Protocol or a BufferedProtocol, not {value.GetType().Name}.", nameof(value));
    }

    public static DatagramProtocol RequireDatagram(BaseProtocol value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value as DatagramProtocol ?? throw new ArgumentException(
            $"A datagram transport serves a DatagramProtocol, not {value.GetType().Name}.", nameof(value));
    }

    /// <summary>asyncio's report of a callback that threw; the transport then ends.</summary>
    public static void ReportFatal(
        LoopCore core, IBaseTransport transport, BaseProtocol protocol, string callback, Exception failure) =>
        core.Errors.Report(new LoopExceptionContext($"Fatal error: protocol.{callback}() call failed.")
        {
            Kind = LoopErrorKind.Protocol,
            Exception = failure,
            Transport = transport,
            Protocol = protocol,
        });
}
