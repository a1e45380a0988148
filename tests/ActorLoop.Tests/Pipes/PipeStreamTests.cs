using ActorLoop.TestKit;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorLoop.Tests.Pipes;

public sealed class PipeStreamTests : PipeTest
{
    [Fact(DisplayName = "PI-01 Both ends of a pipe are streams: lines go through, and the end of one is the end of the other")]
    public void Pipe_AsStreams_CarriesLines() => Run(async () =>
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        await using LoopStream input = await Loop.OpenReadPipeAsync(reader);
        LoopStream output = await Loop.OpenWritePipeAsync(writer);
        byte[] data = TestBytes.Make(3_000_000);
        Task<byte[]> reading = input.ReadExactlyAsync(data.Length).AsTask();
        for (int at = 0; at < data.Length; at += 100_000)
        {
            await output.WriteAsync(data.AsMemory(at, 100_000));
        }

        Assert.Equal(data, await reading);
        output.Write("last line\n"u8);
        await output.DisposeAsync();
        Assert.Equal("last line\n"u8.ToArray(), await input.ReadLineAsync());
        Assert.Empty(await input.ReadLineAsync());
        Assert.True(input.AtEof);
        Assert.False(output.CanRead || input.CanWrite);
    });

    [Fact(DisplayName = "PI-06 Writing to a stream whose reader is gone throws")]
    public void Write_ReaderGone_Throws() => Run(async () =>
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        await using LoopStream output = await Loop.OpenWritePipeAsync(writer);
        reader.Dispose();
        await Assert.ThrowsAsync<ConnectionLostException>(async () =>
        {
            while (true)
            {
                await output.WriteAsync(new byte[10_000]);
                await Task.Yield();
            }
        });
    });

    [Fact(DisplayName = "PI-02 A file is copied from stream to stream, by threads")]
    public void File_AsStreams_IsCopied() => Run(async () =>
    {
        string from = NewPath();
        string to = NewPath();
        byte[] data = TestBytes.Make(700_000);
        await File.WriteAllBytesAsync(from, data);
        await using (LoopStream input = await Loop.OpenReadPipeAsync(File.OpenRead(from)))
        await using (LoopStream output = await Loop.OpenWritePipeAsync(File.Create(to)))
        {
            await input.CopyToAsync(output);
        }

        Assert.Equal(data, await File.ReadAllBytesAsync(to));
    });

    [Fact(DisplayName = "PI-01 SP-15 A loop that closes before a pipe or a child has begun leaves nothing that fails later")]
    public void LoopClosed_BeforeTheStart_LeavesNothing()
    {
        (SafeFileHandle reader, SafeFileHandle writer) = Native.Pipe();
        using (writer)
        {
            var errors = new RecordedErrors();
            using (var loop = new SelectorEventLoop(options: new EventLoopOptions { ExceptionHandler = errors.Handle }))
            {
                loop.CallSoon(() =>
                {
                    _ = loop.OpenReadPipeAsync(reader);
                    _ = loop.StartProcessAsync("cat", []);
                    loop.Stop();
                });
                loop.RunForever();
            }

            Assert.True(reader.IsClosed);
            Assert.Equal(LoopErrorKind.ResourceLeak, Assert.Single(errors.All).Kind);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
