using System.Collections.Frozen;

namespace ActorLoop;

/// <summary>Makes deciders: by the type of the exception, or by a function. Thread: any.</summary>
public static class Decider
{
    /// <summary>
    /// Restart, except for failures that a new instance would repeat: Stop for <see cref="ChildInitializationException"/>,
    /// <see cref="ChildKilledException"/> and <see cref="DeathPactException"/>.
    /// </summary>
    public static IDecider Default { get; } = From(
        Directive.Restart,
        Directive.Stop.When<ChildInitializationException>(),
        Directive.Stop.When<ChildKilledException>(),
        Directive.Stop.When<DeathPactException>());

    /// <summary>Stop, whatever happened.</summary>
    public static IDecider AlwaysStop { get; } = From(Directive.Stop);

    /// <summary>Escalate, whatever happened.</summary>
    public static IDecider AlwaysEscalate { get; } = From(Directive.Escalate);

    /// <summary>Decides by type: of the rules that fit, the one with the most derived type wins, in whatever order they stand.</summary>
    /// <param name="otherwise">What to do when no rule fits.</param>
    /// <param name="rules">
    /// For example <c>Directive.Stop.When&lt;FormatException&gt;()</c>. Of two rules for one type the last counts.
    /// </param>
    /// <returns>The decider; it never throws.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A directive that is none.</exception>
    /// <exception cref="ArgumentException">A rule for a type that is no exception.</exception>
    public static IDecider From(Directive otherwise, params ReadOnlySpan<DirectiveRule> rules)
    {
        Check(otherwise, nameof(otherwise));
        var byType = new Dictionary<Type, Directive>();
        foreach (DirectiveRule rule in rules)
        {
            if (rule.ExceptionType is null || !rule.ExceptionType.IsAssignableTo(typeof(Exception)))
            {
                throw new ArgumentException($"A rule is for a type of exception, not for {rule.ExceptionType}.", nameof(rules));
            }

            Check(rule.Directive, nameof(rules));
            byType[rule.ExceptionType] = rule.Directive;
        }

        return new ByType(otherwise, byType.ToFrozenDictionary());
    }

    /// <summary>Decides by a function.</summary>
    /// <param name="decide">Called with what the child failed with, on the supervisor's loop.</param>
    /// <returns>The decider.</returns>
    public static IDecider From(Func<Exception, Directive> decide)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return new ByFunction(decide);
    }

    /// <summary>Makes a rule for <see cref="From(Directive, ReadOnlySpan{DirectiveRule})"/>.</summary>
    /// <typeparam name="TException">The exceptions it is for, with the derived ones.</typeparam>
    /// <param name="directive">What to do.</param>
    /// <returns>The rule.</returns>
    public static DirectiveRule When<TException>(this Directive directive)
        where TException : Exception => new(typeof(TException), directive);

    private static void Check(Directive directive, string name)
    {
        if (!Enum.IsDefined(directive))
        {
            throw new ArgumentOutOfRangeException(name, directive, "A directive is Resume, Restart, Escalate or Stop.");
        }
    }

    private sealed class ByType(Directive otherwise, FrozenDictionary<Type, Directive> rules) : IDecider
    {
        public Directive Decide(Exception cause)
        {
            ArgumentNullException.ThrowIfNull(cause);
            for (Type? type = cause.GetType(); type is not null; type = type.BaseType)
            {
                if (rules.TryGetValue(type, out Directive directive))
                {
                    return directive;
                }
            }

            return otherwise;
        }
    }

    private sealed class ByFunction(Func<Exception, Directive> decide) : IDecider
    {
        public Directive Decide(Exception cause) => decide(cause);
    }
}
