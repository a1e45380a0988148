using System.Diagnostics;
using Xunit;

namespace ActorLoop.Tests.Streams;

/// <summary>Our streams against asyncio's own, in both roles. Skipped where there is no Python.</summary>
public sealed class PythonInteropTests : StreamTest
{
    private const string Client = """
        import asyncio, sys
        async def main():
            reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
            writer.write(b"line\n")
            assert await reader.readline() == b"LINE\n"
            writer.write(b"x" * 300000 + b"||")
            assert await reader.readexactly(300002) == b"X" * 300000 + b"||"
            writer.write(b"rest")
            writer.write_eof()
            assert await reader.read() == b"REST"
            writer.close()
            await writer.wait_closed()
        asyncio.run(main())
        """;

    private const string EchoServer = """
        import asyncio
        async def serve(reader, writer):
            while line := await reader.readline():
                writer.write(line.upper())
                await writer.drain()
            writer.close()
            server.close()
        async def main():
            global server
            server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=10_000_000)
            print(server.sockets[0].getsockname()[1], flush=True)
            try:
                await server.serve_forever()
            except asyncio.CancelledError:
                pass
        asyncio.run(main())
        """;

    [Fact(DisplayName = "asyncio's stream client talks to a stream server")]
    public void AsyncioClient_ToAStreamServer_Understands() => Run(async () =>
    {
        Server server = await Loop.StartServerAsync(
            async (stream, _) =>
            {
                stream.Write(Shout(await stream.ReadLineAsync()));
                stream.Write(Shout(await stream.ReadUntilAsync(Bytes("||"), limit: 300_000)));
                stream.Write(Shout(await stream.ReadToEndAsync()));
            },
            "127.0.0.1",
            0);
        using Process python = Start(Client, PortOf(server.EndPoints[0]).ToString(System.Globalization.CultureInfo.InvariantCulture));
        string errors = await python.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.Equal((0, ""), (python.ExitCode, errors));
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "A stream client talks to asyncio's stream server")]
    public void StreamClient_ToAnAsyncioServer_Understands() => Run(async () =>
    {
        using Process python = Start(EchoServer);
        int port = int.Parse((await python.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);
        await using (LoopStream stream = await Loop.OpenConnectionAsync("127.0.0.1", port))
        {
            byte[] line = [.. Enumerable.Repeat((byte)'a', 1_000_000), (byte)'\n'];
            Task writing = stream.WriteAsync(line).AsTask();
            Assert.Equal(Shout(line), await stream.ReadLineAsync(limit: line.Length));
            await writing;
            stream.Write(Bytes("one\ntwo\nthree"));
            stream.WriteEof();
            List<string> lines = [];
            await foreach (byte[] answer in stream.ReadLinesAsync())
            {
                lines.Add(Text(answer));
            }

            Assert.Equal(["ONE\n", "TWO\n", "THREE"], lines);
        }

        string errors = await python.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.Equal((0, ""), (python.ExitCode, errors));
    });

    private static byte[] Shout(byte[] bytes) => [.. bytes.Select(b => b is >= (byte)'a' and <= (byte)'z' ? (byte)(b - 32) : b)];

    private static Process Start(string script, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("python3", ["-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no python3 on this machine.");
            throw;
        }
    }
}
