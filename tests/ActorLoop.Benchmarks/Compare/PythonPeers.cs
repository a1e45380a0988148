namespace ActorLoop.Benchmarks.Compare;

/// <summary>asyncio and uvloop, both on the same interpreter: one that can import uvloop, if there is any.</summary>
internal sealed class PythonPeers
{
    // The distribution's interpreter first: its uvloop package is built for that one only.
    private static readonly string[] Candidates = ["/usr/bin/python3", "python3", "python"];
    private string? _interpreter;
    private bool _hasUvloop;
    private bool _searched;

    public async Task<PeerLookup> FindAsync(
        string name, string loop, string api, CancellationToken cancellationToken, string host = "127.0.0.1", string? certificate = null)
    {
        await SearchAsync(cancellationToken);
        if (_interpreter is null)
        {
            return PeerLookup.Absent("no Python 3 on this machine");
        }

        if (loop == "uvloop" && !_hasUvloop)
        {
            return PeerLookup.Absent("no interpreter here can import uvloop (Debian: apt install python3-uvloop)");
        }

        string question = loop == "uvloop"
            ? "import sys, uvloop; print(f'uvloop {uvloop.__version__}, Python {sys.version.split()[0]}')"
            : "import sys; print(f'Python {sys.version.split()[0]}')";
        (_, string version) = await Executables.AskAsync(_interpreter, ["-c", question], cancellationToken);
        string script = Path.Combine(NativePrograms.SourceDirectory, "asyncio-echo.py");
        string[] further = certificate is null ? [] : [certificate];
        return PeerLookup.Found(new Peer(name, version, _interpreter, [script, loop, api, host, "0", .. further]));
    }

    private async Task SearchAsync(CancellationToken cancellationToken)
    {
        if (_searched)
        {
            return;
        }

        _searched = true;
        foreach (string candidate in Candidates)
        {
            string? path = Path.IsPathRooted(candidate) && File.Exists(candidate) ? candidate : Executables.Find(candidate);
            if (path is null)
            {
                continue;
            }

            if ((await Executables.AskAsync(path, ["-c", "import uvloop"], cancellationToken)).Succeeded)
            {
                _interpreter = path;
                _hasUvloop = true;
                return;
            }

            if (_interpreter is null
                && (await Executables.AskAsync(path, ["-c", "import asyncio; asyncio.run"], cancellationToken)).Succeeded)
            {
                _interpreter = path;
            }
        }
    }
}
