namespace ActorLoop.Streams;

/// <summary>Reads all that comes until the end of the stream.</summary>
internal sealed class EndRead(StreamInput input) : ReadOperation<byte[]>(input)
{
    private int _limit;

    public override bool WantsEverything => true;

    public EndRead Within(int limit)
    {
        _limit = limit;
        return this;
    }

    private protected override bool TryFinish(out byte[] result)
    {
        if (Input.Length > _limit)
        {
            throw new LimitOverrunException(
                $"More than the limit of {_limit} bytes came before the end of the stream. They stay in it.",
                Input.Length,
                _limit);
        }

        result = Input.IsEof ? Input.Take(Input.Length) : [];
        return Input.IsEof;
    }
}
