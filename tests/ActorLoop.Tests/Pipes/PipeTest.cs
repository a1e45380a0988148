using System.Runtime.InteropServices;
using ActorLoop.TestKit;
using Microsoft.Win32.SafeHandles;

namespace ActorLoop.Tests.Pipes;

/// <summary>Pipes whose other end the test holds.</summary>
public abstract class PipeTest : LoopTest
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<SafeHandle> _ends = [];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ends.ForEach(end => end.Dispose());
            _folder.Dispose();
        }

        base.Dispose(disposing);
    }

    protected string NewPath() => _folder.NewPath();

    /// <summary>A read transport, and the end to write to.</summary>
    protected async Task<(IReadTransport Transport, FileStream Other)> ReaderAsync(StreamProtocol protocol)
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        _ends.Add(writer);
        (IReadTransport transport, _) = await Loop.ConnectReadPipeAsync(() => protocol, reader);
        return (transport, new FileStream(writer, FileAccess.Write, bufferSize: 0));
    }

    /// <summary>A write transport, and the end to read from.</summary>
    protected async Task<(IWriteTransport Transport, FileStream Other)> WriterAsync(StreamProtocol protocol)
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        _ends.Add(reader);
        (IWriteTransport transport, _) = await Loop.ConnectWritePipeAsync(() => protocol, writer);
        return (transport, new FileStream(reader, FileAccess.Read, bufferSize: 0));
    }

    private protected (SafeFileHandle Master, SafeFileHandle Slave) Terminal()
    {
        (SafeFileHandle master, SafeFileHandle slave) = Native.Terminal();
        _ends.Add(slave);
        _ends.Add(master);
        return (master, slave);
    }

    /// <summary>Writes until the pipe is full and the transport has to keep bytes; returns how many.</summary>
    protected static int WriteUntilBlocked(IWriteTransport transport)
    {
        int written = 0;
        while (transport.WriteBufferSize == 0)
        {
            transport.Write(TestBytes.Make(32 * 1024, written));
            written += 32 * 1024;
        }

        return written;
    }

    /// <summary>Reads to the end on another thread.</summary>
    protected static Task<byte[]> DrainAsync(Stream stream) => Task.Run(() =>
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    });
}
