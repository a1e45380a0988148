using System.Text;

namespace ActorLoop.Architecture.Tests;

// If this fails, the repository says something that is true on one machine only.
public sealed class RepositoryHygieneTests
{
    // Built from pieces, so that this file does not name them.
    private static readonly string[] MachinePaths = ["work", "root", "home"];

    [Fact(DisplayName = "No file names a path of somebody's machine")]
    public void Files_InTheRepository_NameNoMachinePath()
    {
        List<string> found = [];
        foreach (string file in Repository.TrackedFiles())
        {
            string path = Repository.PathOf(file.Split('/'));
            if (!File.Exists(path))
            {
                continue;
            }

            string[] lines = Encoding.Latin1.GetString(File.ReadAllBytes(path)).Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                if (MachinePaths.Any(name => NamesFolder(lines[i], name)))
                {
                    found.Add($"{file}:{i + 1}: {lines[i].Trim()}");
                }
            }
        }

        Report.Fail("Machine paths", found);
    }

    // A path that starts there; a folder of that name inside another one is none of our business.
    private static bool NamesFolder(string line, string name)
    {
        string path = $"/{name}/";
        for (int at = line.IndexOf(path, StringComparison.Ordinal); at >= 0;
            at = line.IndexOf(path, at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || !(char.IsLetterOrDigit(line[at - 1]) || line[at - 1] is '.' or '_' or '-' or '}' or ')'))
            {
                return true;
            }
        }

        return false;
    }
}
