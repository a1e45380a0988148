namespace ActorLoop.TestKit;

/// <summary>Programs of the machine that tests use when they are there.</summary>
public static class Programs
{
    /// <summary>Where a program is, or null when the machine does not have it.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
