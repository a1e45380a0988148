namespace ActorLoop.Streams;

/// <summary>Fills memory to its last byte.</summary>
internal sealed class ExactRead(StreamInput input) : ReadOperation<byte[]>(input)
{
    private Memory<byte> _all;
    private byte[] _result = [];
    private int _filled;

    public override Memory<byte> Target => _all[_filled..];

    /// <param name="target">What to fill.</param>
    /// <param name="result">What the read returns then.</param>
    public ExactRead Into(Memory<byte> target, byte[] result)
    {
        _all = target;
        _result = result;
        _filled = 0;
        return this;
    }

    public override bool Filled(int count)
    {
        _filled += count;
        return TryAdvance();
    }

    private protected override bool TryFinish(out byte[] result)
    {
        _filled += Input.MoveTo(Target.Span);
        result = _result;
        if (_filled < _all.Length)
        {
            return Input.IsEof ? throw new IncompleteReadException(_all[.._filled].ToArray(), _all.Length) : false;
        }

        Forget();
        return true;
    }

    /// <remarks>What had come stays readable: a canceled read has read nothing.</remarks>
    private protected override void OnCanceled()
    {
        Input.PutBack(_all.Span[.._filled]);
        Forget();
        base.OnCanceled();
    }

    private void Forget()
    {
        _all = default;
        _result = [];
        _filled = 0;
    }
}
