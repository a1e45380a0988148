namespace ActorLoop.TestKit;

/// <summary>A protocol that keeps a record of its calls.</summary>
public interface IRecordingProtocol
{
    ProtocolRecord Record { get; }
}
