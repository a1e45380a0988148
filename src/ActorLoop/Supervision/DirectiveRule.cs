namespace ActorLoop;

/// <summary>One line of a decider: exceptions of this type, and of types derived from it, get this directive.</summary>
/// <param name="ExceptionType">A type of exception.</param>
/// <param name="Directive">What to do with a child that failed so.</param>
public readonly record struct DirectiveRule(Type ExceptionType, Directive Directive);
