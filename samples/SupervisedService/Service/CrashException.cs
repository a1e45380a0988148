namespace SupervisedService.Service;

/// <summary>What a defect in a handler would throw.</summary>
internal sealed class CrashException(string message) : Exception(message);
