using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Streams;

public class CancellationTests : StreamTest
{
    [Theory(DisplayName = "A canceled read loses no byte, whatever it read and whoever cancels")]
    [InlineData("memory", true)]
    [InlineData("memory", false)]
    [InlineData("exactly", true)]
    [InlineData("exactly", false)]
    [InlineData("until", true)]
    [InlineData("until", false)]
    [InlineData("end", true)]
    [InlineData("pipe", true)]
    public void Read_Canceled_LeavesTheBytes(string kind, bool onLoop) => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        using var source = new CancellationTokenSource();
        Task read = kind switch
        {
            "memory" => stream.ReadAsync(new byte[10], source.Token).AsTask(),
            "exactly" => stream.ReadExactlyAsync(new byte[100_000], source.Token).AsTask(),
            "until" => stream.ReadLineAsync(cancellationToken: source.Token).AsTask(),
            "end" => stream.ReadToEndAsync(cancellationToken: source.Token).AsTask(),
            _ => stream.Input.ReadAsync(source.Token).AsTask(),
        };
        byte[] sent = TestBytes.Make(50_000);
        sent.AsSpan().Replace((byte)'\n', (byte)'x');
        if (kind is "exactly" or "until" or "end")
        {
            await peer.SendAsync(sent);
            await TurnsAsync(10);
        }

        if (onLoop)
        {
            source.Cancel();
        }
        else
        {
            TestLoop.OnOtherThread(source.Cancel);
        }

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal(source.Token, canceled.CancellationToken);
        await peer.SendAsync(Bytes("more"));
        peer.ShutdownSend();
        byte[] rest = await stream.ReadToEndAsync();
        Assert.Equal(kind is "memory" or "pipe" ? Bytes("more") : [.. sent, .. Bytes("more")], rest);
        stream.Close();
    });

    [Fact(DisplayName = "A token that is canceled already reads nothing")]
    public void Read_TokenCanceled_ReadsNothing() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("x"));
        await BufferedAsync(stream, 1);
        var token = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => _ = await stream.ReadAsync(new byte[1], token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadExactlyAsync(1, token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadExactlyAsync(new byte[1], token));
        await BufferedAsync(stream, 1);
        stream.Close();
    });

    [Theory(DisplayName = "Canceling a task ends the read it waits for, with or without its token")]
    [InlineData(true)]
    [InlineData(false)]
    public void TaskCancel_WhileReading_EndsTheRead(bool withToken) => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        Exception? seen = null;
        LoopTask task = Loop.CreateTask(async token =>
        {
            try
            {
                _ = await stream.ReadAsync(new byte[10], withToken ? token : default);
            }
            catch (OperationCanceledException canceled)
            {
                seen = canceled;
                throw;
            }
        });
        await TurnsAsync();
        Assert.Contains("awaits", task.ToString(), StringComparison.Ordinal);
        task.Cancel("enough");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await task);
        Assert.Equal("enough", seen!.Message);
        await peer.SendAsync(Bytes("kept"));
        Assert.Equal("kept", Text(await stream.ReadExactlyAsync(4)));
        stream.Close();
    });

    [Fact(DisplayName = "Canceling a task ends its wait for the end of a connection")]
    public void TaskCancel_WhileWaitingForTheEnd_EndsTheWait() => Run(async () =>
    {
        (LoopStream stream, _) = await OpenAsync();
        LoopTask task = Loop.CreateTask(_ => stream.WaitClosedAsync());
        await TurnsAsync();
        task.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await task);
        Assert.False(stream.IsClosing);
        stream.Close();
        await stream.WaitClosedAsync();
    });

    [Fact(DisplayName = "A token can serve many reads, canceled by a timer and reset in between")]
    public void Read_ResettableToken_IsWatchedEachTime() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        using var source = new CancellationTokenSource();
        for (int i = 0; i < 3; i++)
        {
            ValueTask<int> read = stream.ReadAsync(new byte[1], source.Token);
            await peer.SendAsync(new byte[1]);
            Assert.Equal(1, await read);
            Assert.True(source.TryReset());
        }

        ValueTask<int> last = stream.ReadAsync(new byte[1], source.Token);
        Loop.CallSoon(source.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await last);
        stream.Close();
    });

    [Fact(DisplayName = "A value task is awaited once; awaiting it again is refused, not wrong")]
    public void Await_Twice_Throws() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        ValueTask<int> read = stream.ReadAsync(new byte[1]);
        await peer.SendAsync(new byte[1]);
        Assert.Equal(1, await read);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await read);
        stream.Close();
    });

    [Fact(DisplayName = "A read whose outcome nobody took does not disturb the next")]
    public void Read_OutcomeNotTaken_NextReadWorks() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        ValueTask<int> first = stream.ReadAsync(new byte[1]);
        await peer.SendAsync(Bytes("ab"));
        await BufferedAsync(stream, 1);
        byte[] buffer = new byte[1];
        ValueTask<int> second = stream.ReadAsync(buffer);
        Assert.Equal(1, await second);
        ValueTask<int> third = stream.ReadAsync(buffer);
        await peer.SendAsync(Bytes("c"));
        Assert.Equal(1, await third);
        Assert.Equal("c", Text(buffer));
        Assert.Equal(1, await first);
        stream.Close();
    });
}
