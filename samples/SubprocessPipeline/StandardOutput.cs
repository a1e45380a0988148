using ActorLoop;
using Microsoft.Win32.SafeHandles;

namespace SubprocessPipeline;

/// <summary>The standard output of this program as a stream of the loop, be it a terminal, a pipe or a file.</summary>
internal sealed class StandardOutput : Protocol
{
    private LoopStream? _stream;

    public static async Task<LoopStream> OpenAsync(EventLoop loop)
    {
        var handle = new SafeFileHandle(1, ownsHandle: false);
        (_, StandardOutput made) = await loop.ConnectWritePipeAsync(() => new StandardOutput(), handle);
        return made._stream!;
    }

    public override void ConnectionMade(ITransport transport) => _stream = transport.AsStream();
}
