namespace ActorLoop.Architecture.Tests.PublicSurface;

/// <summary>A line diff: what was removed (-) and added (+), each with the type it stands in.</summary>
internal static class SurfaceDiff
{
    public static IEnumerable<string> Lines(string before, string after)
    {
        List<string> left = Qualified(before);
        List<string> right = Qualified(after);
        List<string> gone = left.Except(right).Select(line => "- " + line).ToList();
        List<string> added = right.Except(left).Select(line => "+ " + line).ToList();
        return gone.Count + added.Count == 0 && before != after
            ? ["(only the order or the number of equal lines differs)"]
            : gone.Concat(added).OrderBy(line => line[2..], StringComparer.Ordinal);
    }

    private static List<string> Qualified(string text)
    {
        List<string> lines = [];
        string type = "";
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(' '))
            {
                lines.Add($"{type}  |  {line.Trim()}");
            }
            else
            {
                type = line;
                lines.Add(line);
            }
        }

        return lines;
    }
}
