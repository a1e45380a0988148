using System.Diagnostics;
using System.Globalization;

namespace ActorLoop.Tests.Connections;

/// <summary>Tells a file from its replacement.</summary>
internal static class Inode
{
    /// <summary>The inode of the entry itself, not of what a link points to.</summary>
    public static ulong Of(string path)
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", path]) { RedirectStandardOutput = true })!;
        string output = stat.StandardOutput.ReadToEnd();
        stat.WaitForExit();
        return ulong.Parse(output, CultureInfo.InvariantCulture);
    }
}
