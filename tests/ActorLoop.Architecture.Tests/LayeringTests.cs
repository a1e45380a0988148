using ActorLoop.Architecture.Tests.Sources;

namespace ActorLoop.Architecture.Tests;

// If this fails, the loop has begun to depend on what is built on it, and neither can be changed alone any more.
public sealed class LayeringTests
{
    [Fact(DisplayName = "A file of src/ActorLoop names no type of a higher layer")]
    public void Sources_NamingTypes_StayInTheirLayerOrBelow() =>
        Report.Fail("Lower layers use higher ones", LayeringRules.Violations(Repository.Sources("src/ActorLoop")));

    [Fact(DisplayName = "Every folder of src/ActorLoop has a layer")]
    public void Folders_OfTheCore_HaveALayer() =>
        Report.Fail(
            "Folders without a layer; give them one in Layers.cs and in CONTRIBUTING.md",
            LayeringRules.UnknownFolders(Repository.Sources("src/ActorLoop")));

    [Theory(DisplayName = "A dependency upwards is found")]
    [InlineData("void Run(Server server) { }")]
    [InlineData("Server? _server;")]
    [InlineData("object Make() => new Server();")]
    [InlineData("object Make() => Server.Create();")]
    [InlineData("string Text() => $\"{typeof(Server)} {1:00}\";")]
    [InlineData("string Text() => $\"\"\"a \" {new Server()} b\"\"\";")]
    [InlineData("List<Server> Server { get; } = [];")]
    [InlineData("Server Server { get; }")]
    [InlineData("bool Is(object x) => x is Server;")]
    [InlineData("char Quote() => '\"'; Server? S;")]
    [InlineData("object Make() => new ActorLoop.Connections.Listener();")]
    [InlineData("object Make() => new global::ActorLoop.Server();")]
    public void Violations_LowerFileNamesHigherType_AreReported(string member) =>
        Assert.NotEmpty(Check("Transports", $$"""namespace ActorLoop; class T { {{member}} }"""));

    [Theory(DisplayName = "What only looks like a dependency is not one")]
    [InlineData("// Server\nint x;")]
    [InlineData("/* Server */ int x;")]
    [InlineData("/// <see cref=\"Server\"/>\nint x;")]
    [InlineData("string x = \"Server\";")]
    [InlineData("string x = @\"a \"\" Server\";")]
    [InlineData("string x = $\"Server {{Server}} {1}\";")]
    [InlineData("string x = \"\"\"a \"Server\" b\"\"\";")]
    [InlineData("object Server { get; } = 1; object Get() => Server;")]
    [InlineData("object Get(Foo foo) => foo.Server;")]
    [InlineData("object Get() => new Foo { Server = 1 };")]
    [InlineData("bool Is(object x) => x is Foo { Server: null };")]
    [InlineData("int[] Server = [];")]
    [InlineData("EventLoop Loop { get; }")]
    public void Violations_NameWithoutDependency_AreNotReported(string member) =>
        Assert.Empty(Check("Transports", $$"""namespace ActorLoop; class T { {{member}} }"""));

    [Fact(DisplayName = "The lowest layer does not even name EventLoop, and nobody a namespace above")]
    public void Violations_SeamBelowItsLayer_AreReported()
    {
        Assert.NotEmpty(Check("Scheduling", "class T { EventLoop? L; }"));
        Assert.NotEmpty(Check("Scheduling", "using ActorLoop.Connections;"));
        Assert.Empty(Check("Connections", "using ActorLoop.Scheduling;\nnamespace ActorLoop.Connections;"));
    }

    private static IReadOnlyList<string> Check(string folder, string text) => LayeringRules.Violations(
    [
        new SourceFile("src/ActorLoop/EventLoop.cs", "namespace ActorLoop; public abstract class EventLoop { }"),
        new SourceFile("src/ActorLoop/Connections/Server.cs", "namespace ActorLoop { public sealed class Server { } }"),
        new SourceFile("src/ActorLoop/Connections/L.cs", "namespace ActorLoop.Connections; class Listener<T> { }"),
        new SourceFile($"src/ActorLoop/{folder}/T.cs", text),
    ]);
}
