using System.Net;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>Sends datagrams to one receiver as fast as it can, so many in one callback.</summary>
internal static class ActorLoopDatagramSource
{
    public static void Run(IPEndPoint target, int size, int batch, DatagramOffloads offloads, CancellationToken cancellationToken) =>
        EventLoop.Run(async loop =>
        {
            await loop.CreateDatagramEndpointAsync(
                () => new Source(size, batch), new DatagramOptions { RemoteEndPoint = target, Offloads = offloads }, cancellationToken);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, loop.TimeProvider, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // Asked to stop.
            }
        });

    private sealed class Source(int size, int batch) : DatagramProtocol
    {
        private readonly byte[] _data = new byte[size];
        private IDatagramTransport? _transport;
        private bool _paused;

        public override void ConnectionMade(IDatagramTransport transport)
        {
            _transport = transport;
            transport.Loop.Post(static source => ((Source)source!).Pump(), this);
        }

        public override void PauseWriting() => _paused = true;

        public override void ResumeWriting()
        {
            _paused = false;
            _transport!.Loop.Post(static source => ((Source)source!).Pump(), this);
        }

        private void Pump()
        {
            for (int i = 0; i < batch && !_paused; i++)
            {
                _transport!.SendTo(_data);
            }

            if (!_paused)
            {
                _transport!.Loop.Post(static source => ((Source)source!).Pump(), this);
            }
        }
    }
}
