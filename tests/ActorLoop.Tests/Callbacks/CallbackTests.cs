using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Callbacks;

/// <summary>
/// Throws in every callback that the public surface has. Whatever it is costs its own connection at most, is told once, and
/// leaves no descriptor behind.
/// </summary>
[Collection(Census.Name)]
public sealed partial class CallbackTests : LoopTest
{
    /// <summary>How the exception comes out.</summary>
    private enum Told
    {
        /// <summary>Once, to the loop's exception handler.</summary>
        Reported,

        /// <summary>To who called.</summary>
        Thrown,

        /// <summary>Somewhere else, which the row checks itself.</summary>
        Elsewhere,
    }

    public static TheoryData<string> Callbacks => [.. CallbackCatalog.Find()];

    private static Dictionary<string, Row> Rows =>
        new(s_schedulingRows.Concat(s_taskRows).Concat(s_protocolRows).Concat(s_factoryRows)
            .Concat(s_processRows).Concat(s_tlsRows));

    [Fact(DisplayName = "F17 Every callback of the public surface is thrown in, and every row is a callback")]
    public void Callbacks_OfThePublicSurface_AllHaveARow() => Assert.Equal(CallbackCatalog.Find(), Rows.Keys.Order(StringComparer.Ordinal));

    [Theory(DisplayName = "F17 A callback that throws costs its own connection at most, is told once, and leaks nothing")]
    [MemberData(nameof(Callbacks))]
    public void Callback_Throws_HarmsNobodyElse(string callback) =>
        DescriptorCensus.NothingLeftBy(() => Run(() => ThrowAsync(Rows[callback], new InvalidTimeZoneException(callback))));

    private async Task ThrowAsync(Row row, Exception failure)
    {
        (RecordingProtocol control, Server server) = await ControlAsync();
        int descriptors = Loop.Statistics.Descriptors;
        Exception? thrown = await Record.ExceptionAsync(() => row.ActAsync(this, failure));
        if (row.Told == Told.Reported)
        {
            Assert.Null(thrown);
            await Patience.WaitForAsync(() => ReportCount > 0, "the report");
            await TurnsAsync(10);
            Assert.Same(failure, TakeReport().Exception);
        }
        else if (row.Told == Told.Thrown)
        {
            Assert.Same(failure, thrown is AggregateException { InnerExceptions: [var only] } ? only : thrown);
        }
        else
        {
            Assert.Null(thrown);
        }

        Assert.Equal(0, ReportCount);
        await Patience.WaitForAsync(() => Loop.Statistics.Descriptors == descriptors, "the descriptors of the row are closed");
        control.Record.Transport.Write("still here"u8);
        await control.Record.ReceivedAsync("still here".Length);
        control.Record.Transport.Close();
        await control.Record.Lost;
        server.Close();
        await server.WaitClosedAsync();
    }

    /// <summary>A connection that has nothing to do with it, to an echo of the same loop.</summary>
    private async Task<(RecordingProtocol Control, Server Server)> ControlAsync()
    {
        Server server = await Loop.CreateServerAsync(() => new EchoProtocol(), "127.0.0.1", 0);
        RecordingProtocol control = Recorder();
        await Loop.CreateConnectionAsync(() => control, "127.0.0.1", PortOf(server));
        return (control, server);
    }

    private sealed record Row(Told Told, Func<CallbackTests, Exception, Task> ActAsync);

    private sealed class EchoProtocol : Protocol
    {
        private ITransport? _transport;

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);
    }
}
