using System.Diagnostics;

namespace ActorLoop.Diagnostics;

/// <summary>Where something was created, kept in debug mode only: up to ten frames of user code.</summary>
internal sealed class CreationTrace
{
    private const int MaxFrames = 10;
    private readonly StackTrace _stack;

    private CreationTrace(StackTrace stack) => _stack = stack;

    public string Summary
    {
        get
        {
            StackFrame? frame = UserFrames().FirstOrDefault();
            return frame is null ? "unknown" : Describe(frame);
        }
    }

    public static CreationTrace Capture() => new(new StackTrace(1, fNeedFileInfo: true));

    public override string ToString() => string.Join(Environment.NewLine, UserFrames().Take(MaxFrames).Select(f => "  at " + Describe(f)));

    private IEnumerable<StackFrame> UserFrames() => _stack.GetFrames().Where(IsUserFrame);

    private static bool IsUserFrame(StackFrame frame)
    {
        DiagnosticMethodInfo? method = DiagnosticMethodInfo.Create(frame);
        return method is not null && method.DeclaringAssemblyName.Split(',')[0] != typeof(CreationTrace).Assembly.GetName().Name;
    }

    private static string Describe(StackFrame frame)
    {
        DiagnosticMethodInfo? method = DiagnosticMethodInfo.Create(frame);
        string name = method is null ? "unknown" : $"{method.DeclaringTypeName}.{method.Name}";
        string? file = frame.GetFileName();
        return file is null ? name : $"{name} in {Path.GetFileName(file)}:{frame.GetFileLineNumber()}";
    }
}
