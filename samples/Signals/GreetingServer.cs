using System.Runtime.InteropServices;
using System.Text;
using ActorLoop;

namespace Signals;

/// <summary>
/// Answers each line with a greeting from a file. SIGHUP reads the file again; SIGTERM or SIGINT takes no more clients and
/// lets those that are there finish; another one ends at once.
/// </summary>
/// <remarks>A signal handler is a message like any other: nothing here needs a lock, and nothing is forbidden in it.</remarks>
internal sealed class GreetingServer(EventLoop loop, GreetingOptions options)
{
    private readonly TaskCompletionSource<int> _exitCode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Server? _server;
    private string _greeting = "";
    private int _clients;
    private bool _stopping;

    public async Task<int> RunAsync()
    {
        _greeting = await ReadGreetingAsync();
        _server = await loop.StartServerAsync(ServeAsync, options.Host, options.Port);
        loop.AddSignalHandler(PosixSignal.SIGHUP, () => _ = loop.CreateTask(_ => ReloadAsync()));
        loop.AddSignalHandler(PosixSignal.SIGTERM, () => Stop(PosixSignal.SIGTERM, number: 15));
        loop.AddSignalHandler(PosixSignal.SIGINT, () => Stop(PosixSignal.SIGINT, number: 2));
        Console.WriteLine($"listening on {_server.EndPoints[0]}");
        return await _exitCode.Task;
    }

    private void Stop(PosixSignal signal, int number)
    {
        if (_stopping)
        {
            Console.WriteLine($"{signal} again: {_clients} clients are cut off");
            _server!.AbortClients();

            // What a shell reports for a program that a signal has ended.
            _exitCode.TrySetResult(128 + number);
            return;
        }

        _stopping = true;
        _server!.Close();
        Console.WriteLine($"{signal}: waiting for {_clients} clients");
        _ = loop.CreateTask(_ => DrainAsync());
    }

    private async Task DrainAsync()
    {
        try
        {
            await _server!.WaitClosedAsync().WaitAsync(options.DrainTime);
        }
        catch (TimeoutException)
        {
            Console.WriteLine($"{_clients} clients did not finish in time");
            _server!.AbortClients();
        }

        Console.WriteLine("drained");
        _exitCode.TrySetResult(0);
    }

    private async Task ReloadAsync()
    {
        try
        {
            _greeting = await ReadGreetingAsync();
            Console.WriteLine($"reloaded: {_greeting}");
        }
        catch (IOException failure)
        {
            // A bad new configuration must not end a server that works with the old one.
            Console.WriteLine($"not reloaded: {failure.Message}");
        }
    }

    private Task<string> ReadGreetingAsync() => loop.ToThreadAsync(() => File.ReadAllText(options.GreetingFile).Trim());

    private async Task ServeAsync(LoopStream stream, CancellationToken stop)
    {
        _clients++;
        try
        {
            await foreach (byte[] line in stream.ReadLinesAsync(limit: 1000, stop))
            {
                string answer = $"{_greeting} {Encoding.UTF8.GetString(line).TrimEnd()}\n";
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), stop);
            }
        }
        catch (Exception failure) when (failure is IOException or LimitOverrunException)
        {
            // The client is gone, or sends no lines.
        }
        finally
        {
            _clients--;
        }
    }
}
