using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace ActorLoop.Architecture.Tests.PublicSurface;

/// <summary>Writes everything that users of an assembly can see as sorted C# signatures, one a line.</summary>
internal static class SurfaceWriter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Write(Assembly assembly) => string.Join('\n', assembly.GetTypes()
        .Where(type => IsVisible(type) && !type.Name.Contains('<', StringComparison.Ordinal))
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .Select(Write));

    public static string Write(Type type)
    {
        StringBuilder text = new StringBuilder().Append(Header(type)).Append('\n');
        foreach (string member in Members(type))
        {
            text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static bool IsVisible(Type type) => type.IsNested
        ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
        : type.IsPublic;

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .OrderBy(field => Convert.ToDecimal(field.GetRawConstantValue(), CultureInfo.InvariantCulture))
                .ThenBy(field => field.Name, StringComparer.Ordinal)
                .Select(field => $"{field.Name} = {field.GetRawConstantValue()}");
        }

        return typeof(Delegate).IsAssignableFrom(type)
            ? []
            : type.GetMembers(Declared)
                .Select(member => (member.Name, Text: MemberText.Of(member)))
                .Where(member => member.Text is not null)
                .OrderBy(member => member.Name, StringComparer.Ordinal)
                .ThenBy(member => member.Text, StringComparer.Ordinal)
                .Select(member => member.Text!);
    }

    private static string Header(Type type)
    {
        Type[] own = type.IsGenericTypeDefinition ? type.GetGenericArguments() : [];
        string access = type.IsNestedFamily || type.IsNestedFamORAssem ? "protected" : "public";
        string name = $"{type.Namespace}.{TypeText.Name(type)}{MethodText.TypeParameters(own)}";
        string constraints = MethodText.Constraints(own, type);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            string result = TypeText.Of(invoke.ReturnType, invoke.ReturnParameter.CustomAttributes, invoke);
            return $"{MemberText.Attributes(type)}{access} delegate {result} {name}"
                + $"({MethodText.Parameters(invoke)}){constraints}";
        }

        List<string> bases = Bases(type).ToList();
        string colon = bases.Count == 0 ? "" : " : " + string.Join(", ", bases);
        return $"{MemberText.Attributes(type)}{access} {Kind(type)} {name}{colon}{constraints}";
    }

    private static string Kind(Type type)
    {
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsEnum)
        {
            return "enum";
        }

        string record = IsRecord(type) ? "record " : "";
        if (type.IsValueType)
        {
            return (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")
                + (type.IsByRefLike ? "ref " : "") + record + "struct";
        }

        string modifier = type switch
        {
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        return modifier + (IsRecord(type) ? "record" : "class");
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true;

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetUnderlyingType(type) is var number && number == typeof(int) ? [] : [TypeText.Of(number)];
        }

        IEnumerable<Type> inherited = (type.BaseType?.GetInterfaces() ?? [])
            .Concat(type.GetInterfaces().SelectMany(one => one.GetInterfaces()));
        // Every record compares with itself; saying so on each of them would be noise.
        IEnumerable<string> interfaces = type.GetInterfaces().Except(inherited)
            .Where(one => !IsRecord(type) || one != typeof(IEquatable<>).MakeGenericType(type))
            .Where(one => IsVisible(one.IsGenericType ? one.GetGenericTypeDefinition() : one))
            .Select(one => TypeText.Of(one))
            .Order(StringComparer.Ordinal);
        return type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)
            ? [TypeText.Of(parent), .. interfaces]
            : interfaces;
    }
}
