using System.IO.Pipes;
using System.Net.Sockets;
using Xunit;

namespace ActorLoop.Tests.Selectors;

/// <summary>What the selectors that are not epoll do in their own way.</summary>
public sealed class PortableSelectorTests
{
    [Fact]
    public void Poll_DescriptorClosedWhileRegistered_IsReportedAsError()
    {
        using var selector = new PollSelector();
        using var pair = new DescriptorPair();
        selector.Register(pair.Near, SelectorEvents.Read, 4);
        // A path descriptor is as good as a closed one, without giving the number to another test.
        DescriptorPair.ReplaceByPath(pair.Near);
        var ready = new SelectorEvent[2];

        Assert.Equal(1, selector.Select(ready, Timeout.InfiniteTimeSpan));
        Assert.Equal(new SelectorEvent(4, SelectorEvents.Error), ready[0]);
        selector.Unregister(pair.Near);
        Assert.Equal(0, selector.Select(ready, TimeSpan.Zero));
    }

    [Fact(DisplayName = "FD-09 poll(2) takes a regular file: it is always ready")]
    public void Poll_RegularFile_IsAlwaysReady()
    {
        using var selector = new PollSelector();
        using FileStream file = File.OpenRead(typeof(PortableSelectorTests).Assembly.Location);
        selector.Register(file.SafeFileHandle.DangerousGetHandle(), SelectorEvents.Read, 1);
        var ready = new SelectorEvent[1];

        Assert.Equal(1, selector.Select(ready, TimeSpan.Zero));
        Assert.Equal(SelectorEvents.Read, ready[0].Events);
    }

    [Fact]
    public void Poll_WriteEndOfABrokenPipe_ReportsError()
    {
        using var selector = new PollSelector();
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        selector.Register(pipe.SafePipeHandle.DangerousGetHandle(), SelectorEvents.None, 1);
        pipe.DisposeLocalCopyOfClientHandle();
        pipe.ClientSafePipeHandle.Dispose();
        var ready = new SelectorEvent[1];

        Assert.Equal(1, selector.Select(ready, TimeSpan.Zero));
        Assert.Equal(SelectorEvents.Error, ready[0].Events);
    }

    [Fact(DisplayName = "FD-08 Socket.Select refuses what is no socket")]
    public void Select_Pipe_IsRefused()
    {
        using var selector = new SelectSelector();
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        nint descriptor = pipe.SafePipeHandle.DangerousGetHandle();

        var error = Assert.Throws<ArgumentException>(
            "descriptor", () => selector.Register(descriptor, SelectorEvents.Read, 1));
        Assert.Contains("not an open socket", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_LeavesTheSocketAsItWas()
    {
        using var connection = new ResetConnection();
        connection.Socket.Blocking = false;
        using (var selector = new SelectSelector())
        {
            selector.Register(connection.Descriptor, SelectorEvents.Read, 1);
            Assert.Equal(0, selector.Select(new SelectorEvent[1], TimeSpan.Zero));
            selector.Unregister(connection.Descriptor);
            selector.Register(connection.Descriptor, SelectorEvents.Write, 1);
            Assert.Equal(1, selector.Select(new SelectorEvent[1], TimeSpan.Zero));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        connection.Socket.Receive(new byte[1], SocketFlags.None, out SocketError error);
        Assert.Equal(SocketError.WouldBlock, error);
    }
}
