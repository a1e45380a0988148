using System.Globalization;
using System.Text;

namespace ActorLoop.Supervision;

/// <summary>Prints a tree of nodes, one a line. Thread: any; nodes may change meanwhile.</summary>
internal static class TreePrinter
{
    private const int MaxParts = 20;

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

        Parts(text, loop.Tree, depth: 1);
        return text.ToString();
    }

    /// <summary>One part, with what is in it. Of thousands of connections a few are shown, and the others counted.</summary>
    public static void Part(StringBuilder text, IPart part, int depth)
    {
        text.Append('\n').Append(' ', depth * 2);
        text.Append(CultureInfo.InvariantCulture, $"{part.NodeName}  {part.Summary}");
        Parts(text, part, depth + 1);
    }

    private static void Parts(StringBuilder text, IPart part, int depth)
    {
        (IReadOnlyList<IPart> some, int count) = part.Parts(MaxParts);
        foreach (IPart inside in some)
        {
            Part(text, inside, depth);
        }

        if (count > some.Count)
        {
            text.Append('\n').Append(' ', depth * 2);
            text.Append(CultureInfo.InvariantCulture, $"and {count - some.Count} more");
        }
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
