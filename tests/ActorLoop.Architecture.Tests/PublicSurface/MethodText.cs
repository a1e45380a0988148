using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ActorLoop.Architecture.Tests.PublicSurface;

/// <summary>Writes type parameters with their constraints, parameters and their defaults.</summary>
internal static class MethodText
{
    public static string Parameters(MethodBase method) => Parameters(method.GetParameters(), method);

    public static string Parameters(ParameterInfo[] parameters, MemberInfo scope) =>
        string.Join(", ", parameters.Select(parameter => Parameter(parameter, scope)));

    public static string TypeParameters(Type[] own) =>
        own.Length == 0 ? "" : $"<{string.Join(", ", own.Select(type => Variance(type) + type.Name))}>";

    public static string Constraints(Type[] own, MemberInfo scope) =>
        string.Concat(own.Select(type => (type, Constraints: Constraints(type, scope)))
            .Where(entry => entry.Constraints.Length > 0)
            .Select(entry => $" where {entry.type.Name} : {entry.Constraints}"));

    public static string Value(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        bool flag => flag ? "true" : "false",
        char c => $"'{c}'",
        _ when type.IsEnum => EnumValue(Enum.ToObject(type, value), type),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string EnumValue(object value, Type type) =>
        Enum.GetName(type, value) is { } name ? $"{TypeText.Name(type)}.{name}" : $"({TypeText.Name(type)}){value:D}";

    private static string Parameter(ParameterInfo parameter, MemberInfo scope)
    {
        string kind = parameter switch
        {
            { IsOut: true, ParameterType.IsByRef: true } => "out ",
            { IsIn: true, ParameterType.IsByRef: true } =>
                parameter.IsDefined(typeof(RequiresLocationAttribute)) ? "ref readonly " : "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute))
                || parameter.IsDefined(typeof(ParamCollectionAttribute)) => "params ",
            _ when parameter.Position == 0 && parameter.Member.IsDefined(typeof(ExtensionAttribute)) => "this ",
            _ => "",
        };
        string type = TypeText.Of(parameter.ParameterType, parameter.CustomAttributes, scope);
        string value = parameter.HasDefaultValue
            ? " = " + Value(parameter.RawDefaultValue, parameter.ParameterType)
            : "";
        return $"{kind}{type} {parameter.Name}{value}";
    }

    private static string Variance(Type type) => (type.GenericParameterAttributes
        & GenericParameterAttributes.VarianceMask) switch
    {
        GenericParameterAttributes.Covariant => "out ",
        GenericParameterAttributes.Contravariant => "in ",
        _ => "",
    };

    private static string Constraints(Type type, MemberInfo scope)
    {
        GenericParameterAttributes attributes = type.GenericParameterAttributes;
        byte nullable = TypeText.NullableFlags(type.CustomAttributes) is [byte own, ..]
            ? own
            : TypeText.NullableContext(scope);
        List<string> parts = [];
        bool isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (type.CustomAttributes.Any(a => a.AttributeType.Name == "IsUnmanagedAttribute"))
        {
            parts.Add("unmanaged");
        }
        else if (isStruct)
        {
            parts.Add("struct");
        }
        else if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Add(nullable == 2 ? "class?" : "class");
        }
        else if (nullable == 1 && type.GetGenericParameterConstraints().Length == 0)
        {
            parts.Add("notnull");
        }

        parts.AddRange(type.GetGenericParameterConstraints()
            .Where(constraint => constraint != typeof(ValueType))
            .Select(constraint => TypeText.Of(constraint)));
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
        {
            parts.Add("new()");
        }

        if (attributes.HasFlag(GenericParameterAttributes.AllowByRefLike))
        {
            parts.Add("allows ref struct");
        }

        return string.Join(", ", parts);
    }
}
