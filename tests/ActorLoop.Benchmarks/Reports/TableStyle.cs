using Spectre.Console;

namespace ActorLoop.Benchmarks.Reports;

/// <summary>The look of every table: the first column names the row, the others are figures.</summary>
internal static class TableStyle
{
    private const int Width = 160;

    /// <summary>A pipe has no width, and the default of 80 columns would break every cell.</summary>
    public static void Widen(IAnsiConsole console) =>
        console.Profile.Width = console.Profile.Out.IsTerminal ? console.Profile.Width : Width;

    public static Table Create(IEnumerable<string> headings)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (string heading in headings)
        {
            Justify alignment = table.Columns.Count == 0 ? Justify.Left : Justify.Right;
            table.AddColumn(new TableColumn(heading) { Alignment = alignment, NoWrap = true });
        }

        return table;
    }
}
