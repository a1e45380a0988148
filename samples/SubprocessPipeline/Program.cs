using ActorLoop;
using SubprocessPipeline;

// Run cancels the token on SIGINT and SIGTERM; the pipeline then ends its programs and whatever those have started.
return PipelineCommand.Run(args, commands => EventLoop.Run(async (loop, stop) =>
{
    await using var pipeline = new Pipeline(loop, commands);
    return await Progress.ShowAsync(loop, pipeline, () => pipeline.RunAsync(stop));
}));
