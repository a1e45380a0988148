namespace ActorLoop.Streams;

/// <summary>
/// Reads up to and including the first separator; of several, the one that ends first, and of those the shortest.
/// </summary>
internal sealed class DelimitedRead(StreamInput input) : ReadOperation<byte[]>(input)
{
    private ReadOnlyMemory<byte>[] _separators = [];
    private int _longest;
    private int _shortest;
    private int _limit;
    private int _searched;
    private bool _endIsSeparator;

    /// <param name="separators">What to look for, the shortest first.</param>
    /// <param name="limit">How many bytes may come before the separator.</param>
    /// <param name="endIsSeparator">Whether the end of the stream ends the last piece too.</param>
    public DelimitedRead Until(ReadOnlyMemory<byte>[] separators, int limit, bool endIsSeparator)
    {
        _separators = separators;
        _shortest = separators[0].Length;
        _longest = separators[^1].Length;
        _limit = limit;
        _searched = 0;
        _endIsSeparator = endIsSeparator;
        return this;
    }

    private protected override bool TryFinish(out byte[] result)
    {
        if (TryFind(out int start, out int end))
        {
            result = start <= _limit ? Input.Take(end) : throw Overrun(start, "The separator came after");
            return true;
        }

        if (Input.Length >= _shortest)
        {
            _searched = Math.Max(_searched, Input.Length + 1 - _longest);
            if (_searched > _limit)
            {
                throw Overrun(_searched, "No separator came within");
            }
        }

        result = [];
        if (!Input.IsEof)
        {
            return false;
        }

        result = Input.Take(Input.Length);
        return _endIsSeparator ? true : throw new IncompleteReadException(result, expected: null);
    }

    private bool TryFind(out int start, out int end)
    {
        (start, end) = (-1, int.MaxValue);
        foreach (ReadOnlyMemory<byte> separator in _separators)
        {
            int found = Input.IndexOf(separator.Span, _searched);
            if (found >= 0 && found + separator.Length < end)
            {
                (start, end) = (found, found + separator.Length);
            }
        }

        return start >= 0;
    }

    private LimitOverrunException Overrun(int consumed, string what) => new(
        $"{what} {consumed} bytes; the limit is {_limit}. They stay in the stream: read them, or raise the limit.",
        consumed,
        _limit);
}
