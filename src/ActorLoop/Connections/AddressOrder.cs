using System.Net;

namespace ActorLoop.Connections;

/// <summary>In which order the addresses of a host are tried.</summary>
internal static class AddressOrder
{
    /// <summary>
    /// First <paramref name="firstFamilyCount"/> addresses of the first family, then one of each family in turn. Within a
    /// family the resolver's order stays. RFC 8305, section 4.
    /// </summary>
    public static List<IPEndPoint> Interleave(IReadOnlyList<IPEndPoint> addresses, int firstFamilyCount)
    {
        List<Queue<IPEndPoint>> families = [.. addresses
            .GroupBy(address => address.AddressFamily)
            .Select(family => new Queue<IPEndPoint>(family))];
        List<IPEndPoint> ordered = new(addresses.Count);

        // The alternation below begins with the first family once more.
        for (int i = 1; i < firstFamilyCount && families[0].TryDequeue(out IPEndPoint? first); i++)
        {
            ordered.Add(first);
        }

        while (ordered.Count < addresses.Count)
        {
            foreach (Queue<IPEndPoint> family in families)
            {
                if (family.TryDequeue(out IPEndPoint? next))
                {
                    ordered.Add(next);
                }
            }
        }

        return ordered;
    }
}
