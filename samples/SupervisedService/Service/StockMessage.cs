using ActorLoop;

namespace SupervisedService.Service;

/// <summary>A question to the worker: how many of an item were sold, this one included; or one that it cannot survive.</summary>
internal readonly record struct StockMessage(string Item, bool IsPoison, ReplyTo<int> Reply);
