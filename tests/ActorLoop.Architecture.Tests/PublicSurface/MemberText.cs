using System.Reflection;
using System.Runtime.CompilerServices;

namespace ActorLoop.Architecture.Tests.PublicSurface;

/// <summary>Writes a member as one line of C#; null where users can neither call nor override it.</summary>
internal static class MemberText
{
    private static readonly HashSet<string> ShownAttributes =
    [
        nameof(ObsoleteAttribute), nameof(FlagsAttribute), "SupportedOSPlatformAttribute",
        "UnsupportedOSPlatformAttribute", "ExperimentalAttribute", "EditorBrowsableAttribute",
        "RequiresUnreferencedCodeAttribute", "RequiresDynamicCodeAttribute",
    ];

    public static string? Of(MemberInfo member) => member switch
    {
        FieldInfo field => Field(field),
        PropertyInfo property => Property(property),
        EventInfo happening => Event(happening),
        ConstructorInfo constructor => Constructor(constructor),
        MethodInfo method => Method(method),
        _ => null,
    };

    public static string Attributes(MemberInfo member) => string.Concat(member.CustomAttributes
        .Where(attribute => ShownAttributes.Contains(attribute.AttributeType.Name) && !IsForOldCompilers(attribute))
        .Select(Attribute)
        .Order(StringComparer.Ordinal));

    private static string Attribute(CustomAttributeData attribute)
    {
        string name = attribute.AttributeType.Name.Replace("Attribute", "", StringComparison.Ordinal);
        return attribute.ConstructorArguments.Count == 0
            ? $"[{name}] "
            : $"[{name}({string.Join(", ", attribute.ConstructorArguments)})] ";
    }

    private static string? Field(FieldInfo field)
    {
        if (!(field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) || field.IsSpecialName)
        {
            return null;
        }

        string access = field.IsPublic ? "public" : "protected";
        string type = TypeText.Of(field.FieldType, field.CustomAttributes, field.DeclaringType!);
        string kind = field.IsLiteral
            ? "const "
            : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        string required = field.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string value = field.IsLiteral ? $" = {MethodText.Value(field.GetRawConstantValue(), field.FieldType)}" : "";
        return $"{Attributes(field)}{access} {required}{kind}{type} {field.Name}{value}";
    }

    private static string? Property(PropertyInfo property)
    {
        MethodInfo? get = Visible(property.GetMethod);
        MethodInfo? set = Visible(property.SetMethod);
        if ((get ?? set) is null || property.Name == "EqualityContract")
        {
            return null;
        }

        MethodInfo widest = get is null || (set is not null && set.IsPublic && !get.IsPublic) ? set! : get;
        ParameterInfo[] index = property.GetIndexParameters();
        string name = index.Length == 0 ? property.Name : $"this[{MethodText.Parameters(index, widest)}]";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string type = TypeText.Of(property.PropertyType, property.CustomAttributes, widest);
        string reference = property.PropertyType.IsByRef ? "ref " : "";
        bool init = set is not null
            && set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
        return $"{Attributes(property)}{Modifiers(widest)}{required}{reference}{type} {name} {{ "
            + $"{Accessor(get, widest, "get; ")}{Accessor(set, widest, init ? "init; " : "set; ")}}}";
    }

    private static string? Event(EventInfo happening) => Visible(happening.AddMethod) is { } add
        ? $"{Attributes(happening)}{Modifiers(add)}event "
            + $"{TypeText.Of(happening.EventHandlerType!, happening.CustomAttributes, add)} {happening.Name}"
        : null;

    private static string? Constructor(ConstructorInfo constructor) =>
        constructor.IsStatic || Visible(constructor) is null || IsGenerated(constructor)
            ? null
            : $"{Attributes(constructor)}{Access(constructor)} {constructor.DeclaringType!.Name.Split('`')[0]}"
                + $"({MethodText.Parameters(constructor)})";

    private static string? Method(MethodInfo method)
    {
        bool isAccessor = method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
        if (Visible(method) is null || IsGenerated(method) || isAccessor || method.Name == "Finalize")
        {
            return null;
        }

        Type[] own = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        string result = TypeText.Of(method.ReturnType, method.ReturnParameter.CustomAttributes, method);
        string reference = method.ReturnType.IsByRef ? "ref " : "";
        return $"{Attributes(method)}{Modifiers(method)}{reference}{result} {method.Name}"
            + $"{MethodText.TypeParameters(own)}({MethodText.Parameters(method)}){MethodText.Constraints(own, method)}";
    }

    // A constructor of a type with required members is marked obsolete for compilers that do not know the word.
    private static bool IsForOldCompilers(CustomAttributeData attribute) =>
        attribute.ConstructorArguments is [{ Value: string text }, ..]
        && text.Contains("required members are not supported", StringComparison.Ordinal);

    private static bool IsGenerated(MethodBase method) =>
        method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.Name.Contains('<', StringComparison.Ordinal);

    private static T? Visible<T>(T? method) where T : MethodBase =>
        method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true } ? method : null;

    private static string Access(MethodBase method) =>
        method.IsPublic ? "public" : method.IsFamilyOrAssembly ? "protected internal" : "protected";

    private static string Accessor(MethodInfo? accessor, MethodInfo widest, string text) =>
        accessor is null ? "" : Access(accessor) == Access(widest) ? text : $"{Access(accessor)} {text}";

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return method.IsStatic
                ? method.IsAbstract ? "static abstract " : method.IsVirtual ? "static virtual " : "static "
                : method.IsAbstract ? "" : "virtual ";
        }

        string text = Access(method) + " ";
        if (method.IsStatic)
        {
            return text + "static ";
        }

        bool isOverride = method.GetBaseDefinition().DeclaringType != method.DeclaringType;
        return text + (isOverride
            ? (method.IsFinal ? "sealed " : "") + (method.IsAbstract ? "abstract " : "") + "override "
            : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "");
    }
}
