namespace ActorLoop.Connections;

/// <summary>The kernel's list of Unix sockets, for what a connection attempt cannot tell.</summary>
internal static class UnixSocketTable
{
    private const string Table = "/proc/net/unix";
    private const int PathColumn = 7;
    private const string Unconnected = "01";
    private const string NotListening = "00000000";

    /// <summary>
    /// Whether a socket is bound to the path that does not listen yet. It refuses connections like a dead one, but its server is
    /// about to start.
    /// </summary>
    public static bool HasBound(string fullPath, string givenPath)
    {
        try
        {
            return File.ReadLines(Table).Any(line => IsBound(line, fullPath, givenPath));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without the list the refused connection has to be enough.
            return false;
        }
    }

    private static bool IsBound(string line, string fullPath, string givenPath)
    {
        // Num RefCount Protocol Flags Type State Inode Path; the path may contain spaces.
        string[] columns = line.Split(' ', PathColumn + 1, StringSplitOptions.RemoveEmptyEntries);
        return columns.Length > PathColumn
            && columns[3] == NotListening
            && columns[5] == Unconnected
            && (columns[PathColumn] == fullPath || columns[PathColumn] == givenPath);
    }
}
