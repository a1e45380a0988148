using System.Globalization;
using System.Text;

namespace ActorLoop.Supervision;

/// <summary>Prints a tree of nodes, one a line. Thread: any; nodes may change meanwhile.</summary>
internal static class TreePrinter
{
    public static string Print(EventLoop loop, Cell? root)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{loop.Name}  {loop.GetType().Name}");
        text.Append(loop.IsClosed ? "  closed" : loop.IsRunning ? "  running" : "  idle");
        // A stack and not recursion: a tree may be as deep as its users made it.
        var left = new Stack<(Cell Cell, int Depth)>();
        Push(left, root, depth: 1);
        while (left.TryPop(out (Cell Cell, int Depth) next))
        {
            Line(text, next.Cell, next.Depth);
            Push(left, next.Cell, next.Depth + 1);
        }

        return text.ToString();
    }

    private static void Push(Stack<(Cell Cell, int Depth)> left, Cell? parent, int depth)
    {
        Cell[] children = parent?.ChildCells() ?? [];
        for (int i = children.Length - 1; i >= 0; i--)
        {
            left.Push((children[i], depth));
        }
    }

    private static void Line(StringBuilder text, Cell cell, int depth)
    {
        text.Append('\n').Append(' ', depth * 2);
        text.Append(CultureInfo.InvariantCulture, $"{cell.Name}  {cell.Kind}  {cell.StateName}");
        text.Append(CultureInfo.InvariantCulture, $"  restarts={cell.RestartCount} mailbox={cell.MailboxDepth}");
        if (!ReferenceEquals(cell.Host, cell.Parent!.Host))
        {
            text.Append(CultureInfo.InvariantCulture, $"  on {cell.Loop.Name}");
        }
    }
}
