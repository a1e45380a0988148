namespace ActorLoop;

/// <summary>Tells a watcher that an actor is gone.</summary>
/// <param name="Ref">The actor that was watched.</param>
/// <param name="ExistenceConfirmed">Whether it was alive when the watching began.</param>
/// <param name="AddressTerminated">Whether it went because its whole loop was closed.</param>
public sealed record Terminated(ActorRef Ref, bool ExistenceConfirmed, bool AddressTerminated);
