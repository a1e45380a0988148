using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Pipes;

[Collection(Census.Name)]
public sealed class PipeCensusTests : PipeTest
{
    [Fact(DisplayName = "PI-08 Pipes, terminals and files leave no descriptor behind, however they end")]
    public void Ends_OfEveryKind_LeaveNothing() => DescriptorCensus.NothingLeftBy(() =>
    {
        Run(async () =>
        {
            RecordingProtocol reader = Recorder();
            (_, FileStream feed) = await ReaderAsync(reader);
            await feed.DisposeAsync();
            await reader.Record.Lost;
            RecordingProtocol writer = Recorder();
            (IWriteTransport transport, FileStream drain) = await WriterAsync(writer);
            WriteUntilBlocked(transport);
            await drain.DisposeAsync();
            await writer.Record.Lost;
            (Microsoft.Win32.SafeHandles.SafeFileHandle master, Microsoft.Win32.SafeHandles.SafeFileHandle slave) = Terminal();
            RecordingProtocol input = Recorder();
            RecordingProtocol output = Recorder();
            await Loop.ConnectReadPipeAsync(() => input, master);
            await Loop.ConnectWritePipeAsync(() => output, master);
            slave.Dispose();
            await input.Record.Lost;
            RecordingProtocol file = Recorder();
            await Loop.ConnectReadPipeAsync(() => file, File.OpenHandle("/dev/zero"));

            // The loop closes under the file and the writer of the terminal.
        });
    });

    [Fact(DisplayName = "PI-03 Reading and writing pipes allocates nothing once it runs")]
    public void Echo_ThroughPipes_AllocatesNothing() => Run(async () =>
    {
        var meter = new Meter();
        (IWriteTransport writer, FileStream drain) = await WriterAsync(new Silent());
        meter.Target = writer;
        (_, FileStream feed) = await ReaderAsync(meter);
        await Task.Run(() =>
        {
            var block = new byte[512];
            for (int i = 0; i < 4000; i++)
            {
                feed.Write(block);
                drain.ReadExactly(block);
            }
        });
        Assert.True(meter.Calls >= 2000, $"{meter.Calls} calls");
        Assert.InRange(meter.Allocated, 0, Allocations.Noise);
        writer.Close();
    });

    private sealed class Silent : Protocol;

    /// <summary>Sums up what the loop's thread allocates between two calls, when the first hundred are over.</summary>
    private sealed class Meter : Protocol
    {
        private const int Learning = 100;
        private long _mark;

        public IWriteTransport? Target { get; set; }

        public int Calls { get; private set; }

        public long Allocated { get; private set; }

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (++Calls > Learning)
            {
                Allocated += now - _mark;
            }

            Target!.Write(data);
            _mark = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
