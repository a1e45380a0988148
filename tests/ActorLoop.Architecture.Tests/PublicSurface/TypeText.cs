using System.Reflection;
using System.Runtime.CompilerServices;

namespace ActorLoop.Architecture.Tests.PublicSurface;

/// <summary>
/// Writes one type as C# does, with the nullability and the tuple names that the compiler stored beside it. Both are
/// stored as flat lists in the order in which the parts of the type are met, outermost first.
/// </summary>
internal sealed class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    private readonly byte[] _flags;
    private readonly byte _context;
    private readonly string?[] _tupleNames;
    private int _nextFlag;
    private int _nextTupleName;

    private TypeText(IEnumerable<CustomAttributeData> attributes, MemberInfo scope)
    {
        IReadOnlyList<CustomAttributeData> all = attributes.ToList();
        _flags = NullableFlags(all);
        _context = NullableContext(scope);
        _tupleNames = all.FirstOrDefault(a => a.AttributeType == typeof(TupleElementNamesAttribute))
            is { } names
            ? Values<string?>(names)
            : [];
    }

    /// <summary>The type of a member or parameter that carries the attributes, in the scope it is declared in.</summary>
    public static string Of(Type type, IEnumerable<CustomAttributeData> attributes, MemberInfo scope) =>
        new TypeText(attributes, scope).Write(type);

    /// <summary>The type alone: no nullability, no tuple names.</summary>
    public static string Of(Type type) => new TypeText([], typeof(void)).Write(type);

    /// <summary>0 unknown, 1 not null, 2 may be null; empty where the scope decides.</summary>
    public static byte[] NullableFlags(IEnumerable<CustomAttributeData> attributes) =>
        attributes.FirstOrDefault(a => a.AttributeType.FullName == "System.Runtime.CompilerServices.NullableAttribute")
            is { } nullable
            ? Values<byte>(nullable)
            : [];

    public static byte NullableContext(MemberInfo? scope)
    {
        for (; scope is not null; scope = scope.DeclaringType)
        {
            if (scope.CustomAttributes.FirstOrDefault(a =>
                a.AttributeType.FullName == "System.Runtime.CompilerServices.NullableContextAttribute") is { } context)
            {
                return (byte)context.ConstructorArguments[0].Value!;
            }
        }

        return 0;
    }

    /// <summary>The name without arity, inside the types it is nested in.</summary>
    public static string Name(Type type)
    {
        string name = type.Name.Split('`')[0];
        return type is { IsNested: true, IsGenericParameter: false } ? $"{Name(type.DeclaringType!)}.{name}" : name;
    }

    private static T[] Values<T>(CustomAttributeData attribute) =>
        attribute.ConstructorArguments[0].Value is IReadOnlyCollection<CustomAttributeTypedArgument> many
            ? many.Select(one => (T)one.Value!).ToArray()
            : [(T)attribute.ConstructorArguments[0].Value!];

    private string Write(Type type)
    {
        if (type.IsByRef)
        {
            return Write(type.GetElementType()!);
        }

        if (type.IsPointer)
        {
            return Write(type.GetElementType()!) + "*";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Write(underlying) + "?";
        }

        if (type.IsValueType && !type.IsGenericParameter)
        {
            return type.IsGenericType ? WriteGenericValue(type) : Keywords.GetValueOrDefault(type) ?? Name(type);
        }

        string mark = TakeFlag() == 2 ? "?" : "";
        if (type.IsArray)
        {
            string commas = new(',', type.GetArrayRank() - 1);
            return $"{Write(type.GetElementType()!)}[{commas}]{mark}";
        }

        return (Keywords.GetValueOrDefault(type) ?? Name(type)) + Arguments(type) + mark;
    }

    private string WriteGenericValue(Type type)
    {
        TakeFlag();
        if (!type.GetGenericTypeDefinition().FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal))
        {
            return Name(type) + Arguments(type);
        }

        Type[] elements = type.GetGenericArguments();
        List<string?> names = elements.Select(_ => TakeTupleName()).ToList();
        return $"({string.Join(", ", elements.Select((element, i) => $"{Write(element)} {names[i]}".TrimEnd()))})";
    }

    private string Arguments(Type type) =>
        type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Write))}>" : "";

    private byte TakeFlag() =>
        _flags.Length == 0 ? _context : _flags.Length == 1 ? _flags[0] : _flags.ElementAtOrDefault(_nextFlag++);

    private string? TakeTupleName() => _tupleNames.ElementAtOrDefault(_nextTupleName++);
}
