namespace ActorLoop.Streams;

/// <summary>Reads what there is, at least one byte, into memory of the caller's; zero at the end.</summary>
internal sealed class MemoryRead(StreamInput input) : ReadOperation<int>(input)
{
    private Memory<byte> _target;

    public override Memory<byte> Target => _target;

    public MemoryRead Into(Memory<byte> target)
    {
        _target = target;
        return this;
    }

    public override bool Filled(int count)
    {
        _target = default;
        Succeed(count);
        return true;
    }

    private protected override bool TryFinish(out int result)
    {
        result = Input.MoveTo(_target.Span);
        if (result == 0 && !Input.IsEof)
        {
            return false;
        }

        _target = default;
        return true;
    }

    private protected override void OnCanceled()
    {
        _target = default;
        base.OnCanceled();
    }
}
