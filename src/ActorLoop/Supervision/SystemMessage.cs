using ActorLoop.Scheduling;

namespace ActorLoop.Supervision;

/// <summary>Carries a <see cref="CellOp"/> to another loop, past its ordinary messages.</summary>
internal sealed class SystemMessage(Cell target, CellOp op, Cell? from, object? argument, int number) : IMessage
{
    public void Run() => target.Handle(op, from, argument, number);

    public override string ToString() => $"{op} to {target.Path}";
}
