namespace ActorLoop.Futures;

/// <summary>A future that has a result; futures and tasks with one share no other base.</summary>
internal interface IResultSource<out T>
{
    /// <summary>The stored result, without any check and without counting as observing.</summary>
    T StoredResult { get; }
}
