namespace SupervisedService.Chaos;

/// <summary>What the clients asked, and what they did not get. Thread: that of the clients' loop.</summary>
internal sealed class ChaosTally
{
    private readonly SortedDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly List<string> _lost = [];

    public int BusyAnswers { get; private set; }

    public IReadOnlyDictionary<string, int> Requests => _asked;

    public IReadOnlyList<string> LostRequests => _lost;

    public void Asked(string verb) => _asked[verb] = _asked.GetValueOrDefault(verb) + 1;

    public bool Busy()
    {
        BusyAnswers++;
        return true;
    }

    public void Lost(string what) => _lost.Add(what);
}
