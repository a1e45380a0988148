namespace ActorLoop.Streams;

/// <summary>
/// What a stream server does with each of its connections: a task per connection, and how its end ends the connection.
/// </summary>
internal sealed class StreamHandler(Func<LoopStream, CancellationToken, Task> body, StreamOptions options)
{
    public StreamProtocol CreateProtocol() => new StreamConnection(options, this);

    public void Start(StreamConnection connection)
    {
        var stream = new LoopStream(connection);
        // The loop holds the task, and the task the stream, until the handler is done.
        connection.HandlerTask = connection.Transport.Loop.CreateTask(token => RunAsync(stream, connection, token));
    }

    private async Task RunAsync(LoopStream stream, StreamConnection connection, CancellationToken cancellationToken)
    {
        bool keepOpen = false;
        try
        {
            Task work = body(stream, cancellationToken)
                ?? throw new InvalidOperationException("The stream handler returned null instead of a task.");
            await work;
            keepOpen = options.KeepOpen;
        }
        catch (ConnectionLostException) when (connection.IsOrdinarilyLost)
        {
            // The peer's doing, not the handler's: anybody on the network could fill the log with it.
            connection.Core.Errors.Trace(
                $"A stream handler ended because its connection was lost: {connection.Transport}");
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or FatalLoopException))
        {
            connection.Core.Errors.Report(Failed(connection, failure));
        }
        finally
        {
            if (!keepOpen)
            {
                stream.Close();
            }
        }
    }

    private static LoopExceptionContext Failed(StreamConnection connection, Exception failure) =>
        new("Unhandled exception in a stream handler; its connection is closed.")
        {
            Kind = LoopErrorKind.StreamHandler,
            Exception = failure,
            Task = EventLoop.CurrentTask,
            Transport = connection.Transport,
            Protocol = connection,
        };
}
