using System.Threading.Channels;
using ActorLoop.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>An actor that a test listens through.</summary>
public sealed class Probe
{
    private readonly Channel<(object Message, IActorRef Sender)> _messages = Channel.CreateUnbounded<(object, IActorRef)>();

    public Probe(ActorSystem system) => Ref = system.ActorOf(Made.By(() => new Listener(_messages.Writer)));

    public IActorRef Ref { get; }

    /// <summary>Who sent what was expected last.</summary>
    public IActorRef Sender { get; private set; } = ActorRefs.Nobody;

    /// <summary>Whether something waits.</summary>
    public bool HasMessage => _messages.Reader.TryPeek(out _);

    public async Task WatchAsync(IActorRef actor)
    {
        Ref.Tell(new WatchThis(actor));
        await ExpectAsync<Watching>();
    }

    /// <summary>Takes the next message, which must be of this type.</summary>
    public async Task<T> ExpectAsync<T>()
    {
        (object message, Sender) = await NextAsync();
        return Assert.IsType<T>(message, exactMatch: false);
    }

    public async Task ExpectAsync(object expected)
    {
        (object message, Sender) = await NextAsync();
        Assert.Equal(expected, message);
    }

    /// <summary>Drops messages until one is of this type.</summary>
    public async Task<T> FishAsync<T>()
    {
        while (true)
        {
            (object message, Sender) = await NextAsync();
            if (message is T found)
            {
                return found;
            }
        }
    }

    public Task<AkkaTerminated> ExpectTerminatedAsync() => ExpectAsync<AkkaTerminated>();

    private async Task<(object Message, IActorRef Sender)> NextAsync() =>
        await _messages.Reader.ReadAsync().AsTask().WaitAsync(Patience.Bound);

    private sealed record WatchThis(IActorRef Actor);

    private sealed record Watching;

    private sealed class Listener(ChannelWriter<(object Message, IActorRef Sender)> messages) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is WatchThis watch)
            {
                Context.Watch(watch.Actor);
                messages.TryWrite((new Watching(), Self));
                return;
            }

            messages.TryWrite((message, Sender));
        }
    }
}
