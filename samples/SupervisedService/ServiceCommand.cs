using System.CommandLine;
using System.Net.Sockets;
using ActorLoop;

namespace SupervisedService;

/// <summary>The command line of the sample.</summary>
internal static class ServiceCommand
{
    private static readonly Option<string> s_host = new("--host")
    {
        Description = "Address to listen on.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> s_port = new("--port")
    {
        Description = "Port to listen on; 0 takes any free one.",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<string> s_upstreamHost = new("--upstream-host")
    {
        Description = "Host of the price service, which answers 'price ITEM' with a line.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> s_upstreamPort = new("--upstream-port")
    {
        Description = "Port of the price service.",
        DefaultValueFactory = _ => 7001,
    };

    private static readonly Option<int?> s_chaos = new("--chaos")
    {
        Description = "Instead of serving others: break the service on purpose, with this seed, and count what is lost.",
    };

    private static readonly Option<int> s_seconds = new("--seconds")
    {
        Description = "How long the chaos lasts.",
        DefaultValueFactory = _ => 20,
    };

    public static int Run(
        string[] args, Func<EventLoop, ServiceOptions, Task<int>> serve, Func<EventLoop, ServiceOptions, Task<int>> breakIt)
    {
        RequireWithin(s_port, 0, 65535);
        RequireWithin(s_upstreamPort, 1, 65535);
        RequireWithin(s_seconds, 1, 3600);
        var command = new RootCommand("A line service of supervised parts: crash it, and only what crashed notices.")
        {
            s_host, s_port, s_upstreamHost, s_upstreamPort, s_chaos, s_seconds,
        };
        command.SetAction(parsed =>
        {
            var options = new ServiceOptions(
                parsed.GetRequiredValue(s_host), parsed.GetRequiredValue(s_port), parsed.GetRequiredValue(s_upstreamHost),
                parsed.GetRequiredValue(s_upstreamPort), parsed.GetValue(s_chaos), parsed.GetRequiredValue(s_seconds));
            try
            {
                var loopOptions = new EventLoopOptions
                {
                    Name = "shop",
                    ShutdownOnSignals = true,
                    // The back-off of the worker bounds how often it is restarted, so its supervisor need not.
                    ActorStrategy = new OneForOneStrategy(),
                    // Crashes are what this sample is about; the service prints one line for each.
                    ExceptionHandler = (_, _) => { },
                };
                return EventLoop.Run(loop => options.ChaosSeed is null ? serve(loop, options) : breakIt(loop, options), loopOptions);
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
            catch (Exception failure) when (failure is SocketException or ArgumentException)
            {
                Console.Error.WriteLine(failure.Message);
                return 1;
            }
        });

        // The loop handles SIGINT and SIGTERM itself.
        return command.Parse(args).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static void RequireWithin(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is int value && (value < least || value > most))
        {
            result.AddError($"{option.Name} takes {least} to {most}.");
        }
    });
}
