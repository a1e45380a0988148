using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

/// <summary>
/// What every stream transport promises, whatever carries it. Every protocol in it checks the grammar of its calls.
/// </summary>
public abstract partial class StreamTransportContract : LoopTest
{
    private readonly List<RawPeer> _peers = [];
    private TransportKind? _kind;

    private protected TransportKind Kind => _kind ??= CreateKind();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _peers.ForEach(peer => peer.Dispose());
            _kind?.Dispose();
        }

        base.Dispose(disposing);
    }

    protected abstract TransportKind CreateKind();

    protected override EventLoop CreateLoop(EventLoopOptions options) => Kind.CreateLoop(options);

    private protected async Task<RawPeer> ConnectAsync(StreamProtocol protocol, WriteBufferLimits limits = default,
        bool smallBuffers = false)
    {
        RawPeer peer = await Kind.ConnectAsync(Loop, protocol, limits, smallBuffers);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>
    /// Connects to a peer that does not read, and writes until the transport has to keep bytes; returns all of them.
    /// </summary>
    private static byte[] WriteUntilBlocked(ITransport transport, int seed = 1)
    {
        using var all = new MemoryStream();
        while (transport.WriteBufferSize == 0)
        {
            byte[] data = TestBytes.Make(256 * 1024, seed + (int)all.Length);
            transport.Write(data);
            all.Write(data);
        }

        return all.ToArray();
    }

    /// <summary>For what only connections have whose directions end one by one.</summary>
    private protected void NeedsHalfClose() =>
        Assert.SkipUnless(Kind.CanHalfClose, "Both directions of such a connection end together.");

    /// <summary>Compares sizes of buffers, which hold the frames around the bytes as well.</summary>
    private protected void AssertSize(int expected, int actual)
    {
        const int FramesAtMost = 4096;
        Assert.InRange(actual, expected, Kind.IsPlain ? expected : expected + FramesAtMost);
    }

    private async Task<(RecordingProtocol Left, RecordingProtocol Right)> ConnectPairAsync(WriteBufferLimits limits = default)
    {
        RecordingProtocol left = Recorder();
        RecordingProtocol right = Recorder();
        await Kind.ConnectPairAsync(Loop, left, right, limits);
        await right.Record.Made;
        return (left, right);
    }
}
