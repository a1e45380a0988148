namespace ActorLoop;

/// <summary>Chooses what becomes of a child that failed. See <see cref="Decider"/> for the usual ones.</summary>
/// <remarks>
/// Thread: that of the supervisor's loop. Several supervisors may share one. A decider that throws makes its supervisor fail with
/// that exception.
/// </remarks>
public interface IDecider
{
    /// <summary>Decides.</summary>
    /// <param name="cause">What the child failed with.</param>
    /// <returns>What to do with the child.</returns>
    Directive Decide(Exception cause);
}
