using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Sockets;

public abstract partial class SocketContract
{
    [Fact(DisplayName = "SK-08 SK-09 A canceled receive takes nothing, and one that follows at once gets the data")]
    public void Receive_CanceledThenAgain_GetsTheData() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        for (int round = 0; round < 3; round++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<int> canceled = Loop.SocketReceiveAsync(near, new byte[10], cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            ValueTask<int> again = Loop.SocketReceiveAsync(near, new byte[10]);
            OperationCanceledException end = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
            Assert.Equal(cancellation.Token, end.CancellationToken);
            await far.SendAsync("data"u8.ToArray());
            Assert.Equal(4, await again);
        }
    });

    [Fact(DisplayName = "SK-08 A call that another thread canceled makes way for the next at once")]
    public void Receive_CanceledByAnotherThreadThenAgain_GetsTheData() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        using var cancellation = new CancellationTokenSource();
        Task<int> canceled = Loop.SocketReceiveAsync(near, new byte[10], cancellation.Token).AsTask();
        TestLoop.OnOtherThread(cancellation.Cancel);
        // The loop has had no turn to hear of it.
        ValueTask<int> again = Loop.SocketReceiveAsync(near, new byte[10]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        await far.SendAsync("data"u8.ToArray());
        Assert.Equal(4, await again);
    });

    [Fact(DisplayName = "SK-09 Canceling wins over data that is there already, and the data stays")]
    public void Receive_CanceledBeforeItsTurn_LeavesTheData() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        using var cancellation = new CancellationTokenSource();
        Task<int> canceled = Loop.SocketReceiveAsync(near, new byte[10], cancellation.Token).AsTask();
        Assert.Equal(4, far.Send("data"u8));
        Assert.True(DataIsTakenElsewhere || near.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        cancellation.Cancel();
        await Task.WhenAny(canceled);
        if (DataIsTakenElsewhere && canceled.IsCompletedSuccessfully)
        {
            Assert.Equal(4, await canceled);
            return;
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        Assert.Equal(4, await Loop.SocketReceiveAsync(near, new byte[10], CancellationToken.None));
    });

    [Fact(DisplayName = "SK-09 Canceling after the data was taken changes nothing")]
    public void Receive_CanceledAfterItsTurn_GivesTheData() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        using var cancellation = new CancellationTokenSource();
        ValueTask<int> receiving = Loop.SocketReceiveAsync(near, new byte[10], cancellation.Token);
        await far.SendAsync("data"u8.ToArray(), CancellationToken.None);
        await Patience.WaitForAsync(() => receiving.IsCompleted, "the bytes");
        await cancellation.CancelAsync();
        Assert.Equal(4, await receiving);
    });

    [Fact(DisplayName = "SK-09 A token that is canceled already ends the call before it does anything")]
    public void Operations_TokenCanceledBefore_DoNothing() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        await far.SendAsync("data"u8.ToArray());
        var canceled = new CancellationToken(canceled: true);
        Assert.True(Loop.SocketReceiveAsync(near, new byte[10], canceled).IsCanceled);
        Assert.True(Loop.SocketReceiveFromAsync(near, new byte[10], canceled).IsCanceled);
        Assert.True(Loop.SocketSendAllAsync(near, new byte[10], canceled).IsCanceled);
        Assert.True(Loop.SocketSendToAsync(near, new byte[10], near.RemoteEndPoint!, canceled).IsCanceled);
        Assert.True(Loop.SocketConnectAsync(near, near.RemoteEndPoint!, canceled).IsCanceled);
        Assert.True(Loop.SocketAcceptAsync(near, canceled).IsCanceled);
        Assert.Equal(4, await Loop.SocketReceiveAsync(near, new byte[10]));
        Assert.Equal(0, far.Available);
    });

    [Fact(DisplayName = "SK-08 A canceled SendAll does not keep the next one from completing")]
    public void SendAll_CanceledThenAgain_Completes() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair(smallBuffers: true);
        using var cancellation = new CancellationTokenSource();
        Task canceled = Loop.SocketSendAllAsync(near, new byte[4 * 1024 * 1024], cancellation.Token).AsTask();
        Assert.False(canceled.IsCompleted);
        await cancellation.CancelAsync();
        Task again = Loop.SocketSendAllAsync(near, new byte[100_000]).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        Task<long> reading = CountAsync(far);
        await again;
        near.Shutdown(SocketShutdown.Send);
        Assert.True(await reading >= 100_000);
    });

    private async Task<long> CountAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        long count = 0;
        while (await Loop.SocketReceiveAsync(socket, buffer) is > 0 and int now)
        {
            count += now;
        }

        return count;
    }

    [Fact(DisplayName = "SK-09 Canceling from another thread ends the call, also when it is over by then")]
    public void Receive_CanceledByAnotherThread_Ends() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        for (int round = 0; round < 200; round++)
        {
            using var cancellation = new CancellationTokenSource();
            ValueTask<int> receiving = Loop.SocketReceiveAsync(near, new byte[1], cancellation.Token);
            Task canceling = Task.Run(() => cancellation.Cancel());
            await far.SendAsync("x"u8.ToArray(), CancellationToken.None);
            try
            {
                Assert.Equal(1, await receiving);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(1, await Loop.SocketReceiveAsync(near, new byte[1], CancellationToken.None));
            }

            await canceling;
        }
    });

    [Fact(DisplayName = "SK-09 Canceling a task ends the call it awaits, though it was given no token")]
    public void Receive_TaskCanceled_Ends() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        LoopTask task = Loop.CreateTask(async _ => await Loop.SocketReceiveAsync(near, new byte[1]));
        await TurnsAsync();
        task.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.Task);
        await far.SendAsync("a"u8.ToArray());
        Assert.Equal(1, await Loop.SocketReceiveAsync(near, new byte[1]));
    });

    [Fact(DisplayName = "SK-12 A canceled wait has left the selector before the caller hears of it")]
    public void Operations_Canceled_LeaveTheSelectorFirst() => Run(async () =>
    {
        long before = Loop.Statistics.Descriptors;
        (Socket near, _) = NewPair(smallBuffers: true);
        Socket listener = NewListener();
        foreach (Func<CancellationToken, Task> start in new Func<CancellationToken, Task>[]
        {
            token => Loop.SocketReceiveAsync(near, new byte[1], token).AsTask(),
            token => Loop.SocketSendAllAsync(near, new byte[4 * 1024 * 1024], token).AsTask(),
            token => Loop.SocketAcceptAsync(listener, token).AsTask(),
        })
        {
            using var cancellation = new CancellationTokenSource();
            Task waiting = start(cancellation.Token);
            Assert.Equal(before + 1, Loop.Statistics.Descriptors);
            cancellation.Cancel();
            Assert.Equal(before, Loop.Statistics.Descriptors);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }
    });

    [Fact(DisplayName = "SK-12 A canceled accept loses no connection: whoever accepts next gets it")]
    public void Accept_Canceled_LosesNoConnection() => Run(async () =>
    {
        Socket listener = NewListener();
        for (int round = 0; round < 50; round++)
        {
            using var cancellation = new CancellationTokenSource();
            ValueTask<Socket> accepting = Loop.SocketAcceptAsync(listener, cancellation.Token);
            using Socket client = NewSocket();
            await Loop.SocketConnectAsync(client, listener.LocalEndPoint!, CancellationToken.None);
            await TurnsAsync(round % 4);
            await cancellation.CancelAsync();
            Socket accepted;
            try
            {
                accepted = await accepting;
            }
            catch (OperationCanceledException)
            {
                accepted = await Loop.SocketAcceptAsync(listener, CancellationToken.None);
            }

            using (accepted)
            {
                Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
            }
        }
    });
}
