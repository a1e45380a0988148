using System.Net.Security;
using System.Reflection;

namespace ActorLoop.Tests.Callbacks;

/// <summary>Finds every place of the public surface through which code of the user's is called.</summary>
public static class CallbackCatalog
{
    /// <summary>What only looks like a callback, and why.</summary>
    private static readonly Dictionary<string, string> s_not = new()
    {
        ["LoopFuture.RemoveDoneCallback(callback)"] = "is compared, not called",
        ["LoopStream.BeginRead(callback)"] = "is called by the base class library",
        ["LoopStream.BeginWrite(callback)"] = "is called by the base class library",
    };

    /// <summary>Classes that can be derived from, but whose members are no callbacks.</summary>
    private static readonly Dictionary<Type, string> s_notClasses = new()
    {
        [typeof(EventLoop)] = "is the caller",
        [typeof(Server)] = "is made by a loop",
        [typeof(Selector)] = "is a part of the loop: a loop that cannot wait has to end",
        [typeof(FatalLoopException)] = "is an exception",
    };

    /// <summary>Options of the base class library that are passed through.</summary>
    private static readonly Type[] s_passedThrough = [typeof(SslClientAuthenticationOptions), typeof(SslServerAuthenticationOptions)];

    public static IReadOnlyList<string> Find()
    {
        Type[] types = typeof(EventLoop).Assembly.GetExportedTypes();
        return
        [
            .. types.SelectMany(Members)
                .Concat(types.SelectMany(Parameters))
                .Concat(types.Concat(s_passedThrough).SelectMany(Properties))
                .Except(s_not.Keys)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Members that a user's class overrides.</summary>
    private static IEnumerable<string> Members(Type type) =>
        type.IsClass && !type.IsSealed && !s_notClasses.ContainsKey(type) && CanBeDerivedFrom(type)
            ? Declared(type)
                .Where(method => method is { IsVirtual: true, IsFinal: false } && method.GetBaseDefinition() == method && IsVisible(method))
                .Select(method => $"{Name(type)}.{method.Name}")
            : [];

    /// <summary>Delegates that a user gives to a method or a constructor.</summary>
    private static IEnumerable<string> Parameters(Type type) =>
        from method in Declared(type).Where(method => method.IsPublic && method.GetBaseDefinition() == method && !method.IsSpecialName)
            .Cast<MethodBase>()
            .Concat(type.GetConstructors())
        where !typeof(Delegate).IsAssignableFrom(type) && !s_notNames.Contains(method.Name)
        where CanBeCalledByUser(type, method)
        from parameter in method.GetParameters()
        where typeof(Delegate).IsAssignableFrom(parameter.ParameterType)
        select $"{Name(type)}.{(method.IsConstructor ? "new" : method.Name)}({parameter.Name})";

    /// <summary>Delegates that a user sets.</summary>
    private static IEnumerable<string> Properties(Type type) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where property.CanWrite && typeof(Delegate).IsAssignableFrom(property.PropertyType)
        select $"{Name(type)}.{property.Name}";

    /// <summary>The awaiter's members take the compiler's continuations: they are rows, too, but only once.</summary>
    private static readonly string[] s_notNames = ["UnsafeOnCompleted"];

    /// <summary>A user's task factory is given the body; that it calls it is its own affair.</summary>
    private static bool CanBeCalledByUser(Type type, MethodBase method) =>
        !(CanBeDerivedFrom(type) && method is { IsVirtual: true } && !s_notClasses.ContainsKey(type));

    private static MethodInfo[] Declared(Type type) => type.GetMethods(
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly);

    private static bool CanBeDerivedFrom(Type type) => !type.IsSealed && type
        .GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
        .Any(constructor => constructor.IsPublic || constructor.IsFamily || constructor.IsFamilyOrAssembly)
        || type == typeof(StreamProtocol);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Name(Type type) => type.Name.Split('`')[0];
}
