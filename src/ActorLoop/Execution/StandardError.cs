namespace ActorLoop.Execution;

/// <summary>The last resort for errors of a loop that was given no logger.</summary>
internal static class StandardError
{
#pragma warning disable RS0030 // The console is banned because libraries do not own it; an error must never be silent, though.
    public static void Write(string text) => Console.Error.WriteLine(text);
#pragma warning restore RS0030
}
