namespace ActorLoop.Akka.Benchmarks;

internal sealed record PingPongResult(double MessagesPerSecond, long AllocatedBytes);
