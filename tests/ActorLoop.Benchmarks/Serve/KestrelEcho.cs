using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using ActorLoop.Benchmarks.Compare;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>Kestrel as a raw TCP server: an echo in a <see cref="ConnectionHandler"/>, no HTTP.</summary>
internal static class KestrelEcho
{
    public static async Task RunAsync(IPEndPoint endPoint, bool inline, string? certificate, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(endPoint, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(TlsCertificate.Read(certificate));
                }

                listen.UseConnectionHandler<EchoHandler>();
            }));
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.Services.Configure<SocketTransportOptions>(options => options.UnsafePreferInlineScheduling = inline);
        await using WebApplication application = builder.Build();
        await application.StartAsync(cancellationToken);
        string address = application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single();
        Announcement.Write(new IPEndPoint(endPoint.Address, new Uri(address).Port));
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await application.StopAsync(CancellationToken.None);
    }

    private sealed class EchoHandler : ConnectionHandler
    {
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            PipeReader input = connection.Transport.Input;
            PipeWriter output = connection.Transport.Output;
            try
            {
                while (true)
                {
                    ReadResult read = await input.ReadAsync();
                    foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                    {
                        output.Write(segment.Span);
                    }

                    input.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted || (await output.FlushAsync()).IsCompleted)
                    {
                        return;
                    }
                }
            }
            catch (ConnectionResetException)
            {
                // The client went away; there is nobody to answer.
            }
        }
    }
}
