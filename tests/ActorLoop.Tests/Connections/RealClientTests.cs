using System.Net;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

/// <summary>Clients and servers that somebody else wrote.</summary>
public sealed class RealClientTests : ServerTest
{
    private const string PythonClient = """
        import asyncio, random, sys
        async def main(port, size, step):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            data = random.Random(size).randbytes(size)
            async def send():
                for start in range(0, size, step):
                    writer.write(data[start:start + step])
                    await writer.drain()
                writer.write_eof()
            sending = asyncio.ensure_future(send())
            back = await reader.read(-1)
            await sending
            writer.close()
            sys.exit(0 if back == data else 3)
        asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
        """;

    private const string PythonServer = """
        import asyncio, sys
        async def echo(reader, writer):
            while data := await reader.read(50000):
                writer.write(data)
                await writer.drain()
            writer.close()
        async def main():
            server = await asyncio.start_server(echo, "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1], flush=True)
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        asyncio.run(main())
        """;

    [Theory(DisplayName = "TR-03 WR-01 A client of Python's asyncio gets back every byte it sent, and then the end")]
    [InlineData(100 * 1024, 100 * 1024)]
    [InlineData(100 * 1024, 777)]
    [InlineData(3 * 1024 * 1024, 65_536)]
    public void Echo_ForPythonAsyncio_IsExact(int size, int step) => Run(async () =>
    {
        string python = Required("python3");
        await using Server server = await FlowControlledEchoAsync();
        int port = ((IPEndPoint)server.EndPoints[0]).Port;
        await using var client = new ChildProcess(python, "-c", PythonClient, $"{port}", $"{size}", $"{step}");
        Assert.Equal((0, ""), await client.WaitForEndAsync());
        Assert.Null(await Assert.Single(Accepted).Lost);
        Assert.Equal(size, Accepted[0].ReceivedCount);
    });

    [Theory(DisplayName = "TR-03 WR-01 socat and nc get back every byte of their input after they half-close")]
    [InlineData("socat")]
    [InlineData("nc")]
    public void Echo_ForTools_IsExact(string tool) => Run(async () =>
    {
        string program = Required(tool);
        await using Server server = await FlowControlledEchoAsync();
        int port = ((IPEndPoint)server.EndPoints[0]).Port;
        string[] arguments = tool == "nc" ? ["-N", "127.0.0.1", $"{port}"] : ["-t", "30", "-", $"TCP:127.0.0.1:{port}"];
        await using var client = new ChildProcess(program, arguments);
        byte[] sent = TestBytes.Make(1024 * 1024);
        using var received = new MemoryStream();
        Task reading = client.Output.CopyToAsync(received);
        await client.Input.WriteAsync(sent);
        client.CloseInput();
        await reading;
        Assert.Equal(0, (await client.WaitForEndAsync()).ExitCode);
        Assert.Equal(sent, received.ToArray());
    });

    [Fact(DisplayName = "CC-01 WR-05 Against a server of Python's asyncio our client gets back every byte it sent")]
    public void Client_OfPythonAsyncio_IsExact() => Run(async () =>
    {
        await using var python = new ChildProcess(Required("python3"), "-c", PythonServer);
        (string port, _) = await python.ReadUntilAsync("");
        RecordingProtocol protocol = Recorder();
        byte[] sent = TestBytes.Make(2 * 1024 * 1024);
        (ITransport transport, _) = await Loop.CreateConnectionAsync(
            () => protocol, "127.0.0.1", int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
        int start = 0;
        void SendOn()
        {
            while (start < sent.Length && !protocol.Record.IsPaused)
            {
                int length = Math.Min(30_000, sent.Length - start);
                transport.Write(sent.AsSpan(start, length));
                start += length;
            }

            if (start == sent.Length)
            {
                transport.WriteEof();
            }
        }

        protocol.Record.OnResume = SendOn;
        SendOn();
        Assert.Null(await protocol.Record.Lost);
        Assert.Equal(sent, protocol.Record.Received);
        python.CloseInput();
        Assert.Equal((0, ""), await python.WaitForEndAsync());
    });

    private static string Required(string program)
    {
        string? path = Programs.Find(program);
        Assert.SkipWhen(path is null, $"{program} is not installed.");
        return path!;
    }

    /// <summary>An echo that stops reading while its peer does not.</summary>
    private Task<Server> FlowControlledEchoAsync() => Loop.CreateServerAsync(
        () =>
        {
            StreamProtocol protocol = Echo();
            ProtocolRecord record = Accepted[^1];
            record.OnPause = () => record.Transport.PauseReading();
            record.OnResume = () => record.Transport.ResumeReading();
            return protocol;
        },
        "127.0.0.1",
        0);
}
