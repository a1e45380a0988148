using System.Runtime.InteropServices;

namespace ActorLoop.Signals;

/// <summary>
/// One value per signal: .NET names ten of them by negative numbers and takes the system's own numbers for all, so the same
/// signal
/// could otherwise be registered twice.
/// </summary>
internal static class SignalNumbers
{
    private const int Kill = 9;
    private const int LinuxStop = 19;
    private const int BsdStop = 17;
    private const int Highest = 64;

    public static PosixSignal Normalize(int number)
    {
        if (number is < 1 or > Highest)
        {
            throw new ArgumentOutOfRangeException(nameof(number), number, $"A signal number lies between 1 and {Highest}.");
        }

        if (number == Kill || number == (OperatingSystem.IsLinux() ? LinuxStop : BsdStop))
        {
            throw new ArgumentException($"Signal {number} cannot be caught: SIGKILL and SIGSTOP are the system's own.", nameof(number));
        }

        return FromLinux(number) ?? (PosixSignal)number;
    }

    public static PosixSignal Normalize(PosixSignal signal)
    {
        if ((int)signal > 0)
        {
            return Normalize((int)signal);
        }

        return Enum.IsDefined(signal)
            ? signal
            : throw new ArgumentOutOfRangeException(nameof(signal), signal, "The value is no member of PosixSignal and no signal number.");
    }

    /// <summary>Linux's number of a signal that is to be sent; any may be.</summary>
    public static int ToLinux(PosixSignal signal)
    {
        for (int number = 1; number <= Highest; number++)
        {
            if ((int)signal == number || FromLinux(number) == signal)
            {
                return number;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(signal), signal, "The value is no member of PosixSignal and no signal number.");
    }

    private static PosixSignal? FromLinux(int number) => !OperatingSystem.IsLinux() ? null : number switch
    {
        1 => PosixSignal.SIGHUP,
        2 => PosixSignal.SIGINT,
        3 => PosixSignal.SIGQUIT,
        15 => PosixSignal.SIGTERM,
        17 => PosixSignal.SIGCHLD,
        18 => PosixSignal.SIGCONT,
        20 => PosixSignal.SIGTSTP,
        21 => PosixSignal.SIGTTIN,
        22 => PosixSignal.SIGTTOU,
        28 => PosixSignal.SIGWINCH,
        _ => null,
    };
}
