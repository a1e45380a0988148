namespace ActorLoop.Diagnostics;

/// <summary>Names a callback the way a log reader wants it: the method, and whose it is.</summary>
internal static class CallbackName
{
    public static string Of(Delegate callback)
    {
        // Trimming and AOT may remove the metadata behind a delegate; the delegate's type is the next best name.
        System.Reflection.MethodInfo? method = callback.HasSingleTarget ? callback.Method : null;
        string? owner = method?.DeclaringType?.Name;
        return method is null ? callback.GetType().Name : owner is null ? method.Name : $"{owner}.{method.Name}";
    }
}
