namespace ActorLoop.Tests.Loops;

public sealed class EpollLifecycleTests : LifecycleContract<EpollLoops>;

public sealed class PollLifecycleTests : LifecycleContract<PollLoops>;

public sealed class SelectLifecycleTests : LifecycleContract<SelectLoops>;

public sealed class SharedLifecycleTests : LifecycleContract<SharedSelectorLoops>;

public sealed class EpollIterationTests : IterationContract<EpollLoops>;

public sealed class PollIterationTests : IterationContract<PollLoops>;

public sealed class SelectIterationTests : IterationContract<SelectLoops>;

public sealed class SharedIterationTests : IterationContract<SharedSelectorLoops>;

public sealed class EpollTimerTests : TimerContract<EpollLoops>;

public sealed class PollTimerTests : TimerContract<PollLoops>;

public sealed class SelectTimerTests : TimerContract<SelectLoops>;

public sealed class SharedTimerTests : TimerContract<SharedSelectorLoops>;

public sealed class EpollThreadTests : ThreadContract<EpollLoops>;

public sealed class PollThreadTests : ThreadContract<PollLoops>;

public sealed class SelectThreadTests : ThreadContract<SelectLoops>;

public sealed class SharedThreadTests : ThreadContract<SharedSelectorLoops>;

public sealed class EpollDescriptorTests : DescriptorContract<EpollLoops>;

public sealed class PollDescriptorTests : DescriptorContract<PollLoops>;

public sealed class SelectDescriptorTests : DescriptorContract<SelectLoops>;

public sealed class SharedDescriptorTests : DescriptorContract<SharedSelectorLoops>;

public sealed class ProactorLifecycleTests : LifecycleContract<ProactorLoops>;

public sealed class ProactorIterationTests : IterationContract<ProactorLoops>;

public sealed class ProactorTimerTests : TimerContract<ProactorLoops>;

public sealed class ProactorThreadTests : ThreadContract<ProactorLoops>;
