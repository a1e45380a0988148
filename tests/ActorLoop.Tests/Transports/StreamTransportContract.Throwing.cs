using System.Reflection;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    /// <summary>Every callback of the contracts, and whether throwing there ends the connection.</summary>
    public static TheoryData<string, bool> Callbacks => new()
    {
        { nameof(StreamProtocol.ConnectionMade), false },
        { nameof(Protocol.DataReceived), false },
        { nameof(StreamProtocol.EofReceived), false },
        { nameof(BaseProtocol.ConnectionLost), false },
        { nameof(BaseProtocol.PauseWriting), false },
        { nameof(BaseProtocol.ResumeWriting), false },
        { nameof(BufferedProtocol.GetBuffer), false },
        { nameof(BufferedProtocol.BufferUpdated), false },
        { nameof(StreamProtocol.ConnectionMade), true },
        { nameof(Protocol.DataReceived), true },
        { nameof(StreamProtocol.EofReceived), true },
        { nameof(BaseProtocol.ConnectionLost), true },
        { nameof(BaseProtocol.PauseWriting), true },
        { nameof(BaseProtocol.ResumeWriting), true },
        { nameof(BufferedProtocol.GetBuffer), true },
        { nameof(BufferedProtocol.BufferUpdated), true },
    };

    [Fact(DisplayName = "F17 The matrix of throwing callbacks names every callback of the contracts")]
    public void Callbacks_OfTheContracts_AreAllInTheMatrix()
    {
        IEnumerable<string> virtuals = new[] { typeof(Protocol), typeof(BufferedProtocol) }
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public))
            .Where(method => method.IsVirtual && method.DeclaringType != typeof(object))
            .Select(method => method.Name);
        Assert.Equal(
            virtuals.Distinct().Order(StringComparer.Ordinal),
            Callbacks.Select(row => row.Data.Item1).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory(DisplayName = "F17 TR-08 TR-10 WR-09 A callback that throws costs its own connection at most, with one report")]
    [MemberData(nameof(Callbacks))]
    public void Callback_Throws_OnlyItsConnectionDies(string callback, bool canceled) => Run(async () =>
    {
        (RecordingProtocol left, RecordingProtocol right) = await ConnectPairAsync();
        right.Record.OnData = data => right.Record.Transport.Write(data);
        int descriptors = Loop.Statistics.Descriptors;
        Exception failure = canceled ? new OperationCanceledException(callback) : new InvalidTimeZoneException(callback);
        bool survives = callback is nameof(BaseProtocol.PauseWriting) or nameof(BaseProtocol.ResumeWriting);

        (ProtocolRecord record, RawPeer peer) = await ThrowInAsync(callback, failure);
        if (survives)
        {
            await Patience.WaitForAsync(() => ReportCount > 0, "the report");
            Assert.False(record.Transport.IsClosing);
            record.Transport.Abort();
        }

        Exception? lost = await record.Lost;
        LoopExceptionContext report = TakeReport();
        Assert.Same(failure, report.Exception);
        bool fatal = !survives && callback != nameof(BaseProtocol.ConnectionLost);
        Assert.Same(fatal ? failure : null, lost);
        if (callback != nameof(BaseProtocol.ConnectionLost))
        {
            Assert.Equal(survives ? LoopErrorKind.FlowControl : LoopErrorKind.Protocol, report.Kind);
            Assert.Contains(callback, report.Message, StringComparison.Ordinal);
            Assert.Same(record.Transport, report.Transport);
            Assert.Same(record.Transport.Protocol, report.Protocol);
        }

        peer.Dispose();
        await TurnsAsync();
        Assert.Equal(descriptors, Loop.Statistics.Descriptors);
        left.Record.Transport.Write("control"u8);
        await left.Record.ReceivedAsync(7);
    });

    [Fact(DisplayName = "F17 EH-04 An exception handler that throws is logged with both errors; the loop goes on")]
    public void ExceptionHandler_Throws_LoopGoesOn() => Run(async () =>
    {
        Loop.ExceptionHandler = (_, _) => throw new InvalidTimeZoneException("handler");
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnData = _ => throw new InvalidTimeZoneException("protocol");
        RawPeer peer = await ConnectAsync(protocol);
        await peer.SendAsync(new byte[1]);
        Assert.Equal("protocol", (await protocol.Record.Lost)!.Message);
        string line = Assert.Single(LinesOf(LogLevel.Error));
        Assert.Contains("handler", line, StringComparison.Ordinal);
        (RecordingProtocol left, RecordingProtocol right) = await ConnectPairAsync();
        left.Record.Transport.Write("fine"u8);
        await right.Record.ReceivedAsync(4);
    });

    /// <summary>Brings a connection to the callback in which it throws.</summary>
    private async Task<(ProtocolRecord Record, RawPeer Peer)> ThrowInAsync(string callback, Exception failure)
    {
        RecordingProtocol span = new();
        RecordingBufferedProtocol own = new();
        bool buffered = callback is nameof(BufferedProtocol.GetBuffer) or nameof(BufferedProtocol.BufferUpdated);
        ProtocolRecord record = buffered ? Watched(own).Record : Watched(span).Record;
        record.OnMade = callback == nameof(StreamProtocol.ConnectionMade) ? _ => throw failure : null;
        record.OnData = callback == nameof(Protocol.DataReceived) ? _ => throw failure : null;
        record.OnEof = callback == nameof(StreamProtocol.EofReceived) ? () => throw failure : null;
        record.OnLost = callback == nameof(BaseProtocol.ConnectionLost) ? _ => throw failure : null;
        record.OnPause = callback == nameof(BaseProtocol.PauseWriting) ? () => throw failure : null;
        record.OnResume = callback == nameof(BaseProtocol.ResumeWriting) ? () => throw failure : null;
        own.OnGetBuffer = callback == nameof(BufferedProtocol.GetBuffer) ? () => throw failure : null;
        own.OnBufferUpdated = callback == nameof(BufferedProtocol.BufferUpdated) ? _ => throw failure : null;

        bool writes = callback is nameof(BaseProtocol.PauseWriting) or nameof(BaseProtocol.ResumeWriting);
        RawPeer peer = await ConnectAsync(buffered ? own : span, smallBuffers: writes);
        if (writes)
        {
            byte[] written = WriteUntilBlocked(record.Transport);
            record.Transport.Write(new byte[100_000]);
            if (callback == nameof(BaseProtocol.ResumeWriting))
            {
                await peer.ReceiveAsync(written.Length + 100_000);
            }
        }
        else if (callback is nameof(StreamProtocol.EofReceived) or nameof(BaseProtocol.ConnectionLost))
        {
            peer.ShutdownSend();
        }
        else if (callback != nameof(StreamProtocol.ConnectionMade))
        {
            await peer.SendAsync(new byte[10]);
        }

        return (record, peer);
    }
}
