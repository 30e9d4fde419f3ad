"""What a program does to its own process: it sleeps, starts work beside itself, and ends."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import is_log, origin_name
from lambdalint.code.value import (
    AWAITED,
    ENTERED,
    KEPT,
    RACED,
    TOGETHER,
    Call,
    Choice,
    Class,
    Compared,
    Constant,
    Function,
    Imported,
    Instance,
    Loop,
    Result,
    Sequence,
    Value,
    all_origins,
    options,
    origins,
)
from lambdalint.meaning import network, operations
from lambdalint.records import dataclass
from lambdalint.source import Span

_SLEEPS = {
    "time.sleep": (0, 1), "gevent.sleep": (0, 1), "eventlet.sleep": (0, 1), "js:Atomics.wait": (3, 1000),
    "npm:sleep.sleep": (0, 1), "npm:sleep.msleep": (0, 1000),
}  # fmt: skip
_CONCURRENT_SLEEPS = {"asyncio.sleep": (0, 1), "trio.sleep": (0, 1), "anyio.sleep": (0, 1)}
_PROMISED_SLEEPS = {
    "node:timers/promises.setTimeout": (0, 1000), "node:timers/promises.scheduler.wait": (0, 1000),
    "npm:delay": (0, 1000), "npm:sleep-promise": (0, 1000),
}  # fmt: skip
"""Functions that wait; that let others run; and those whose promise is waited for, or is not: where each takes the
time, and how many of its units are a second. `new Promise(resolve => setTimeout(resolve, 100))` is noted as the first
of the last."""

EXITS = frozenset({"sys.exit", "builtins.exit", "builtins.quit"})
"""Functions that end the process by raising SystemExit."""

HARD_EXITS = frozenset({"os._exit", "os.abort", "js:process.exit", "js:process.abort", "node:process.exit"})
"""Functions that end the process at once."""

ABORTS = frozenset({"os.abort", "js:process.abort"})
"""Those of them that always say that something failed."""

SYSTEM_EXIT = "builtins.SystemExit"
CATCHING_EXIT = frozenset({SYSTEM_EXIT, "builtins.BaseException"})

REMAINING_TIME = frozenset({"get_remaining_time_in_millis", "getRemainingTimeInMillis"})
"""The context's method that tells how many milliseconds are left, in each language."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A call that waits for nothing but time."""

    least: float | None
    """Seconds of the shortest; None where they are computed."""
    total: float
    """Seconds that are known to pass in all the loops around it, where none of them is left early."""
    beside: bool
    """Whether others may pass at the same time: in threads and tasks."""
    alike: bool = True
    """Whether it is as long every time."""
    most: float | None = None
    """Seconds that all its rounds take at most; None where nobody knows how many those are."""


def pause(call: Call, handler: Handler) -> Pause | None:
    """The pause that a call makes; None where it makes none."""
    concurrent = call.name in _CONCURRENT_SLEEPS
    position, units = _TIMES.get(call.name, (0, 0))
    if call.receiver is not None or not units:
        return None
    if call.name in _PROMISED_SLEEPS and not _is_waited_for(call, handler):
        return None
    beside = concurrent or TOGETHER in call.asked or is_handed_on(call, handler)
    lengths = _numbers(call.argument(position, "delay"))
    if lengths is None:
        return Pause(None, 0, beside)
    times = 1 if concurrent else rounds(call, handler)
    # `for delay in (1, 2, 4)`: each of them once, in one round of what is around the loop.
    own = next((row for loop in call.loops if set(row := _row(loop)) == set(lengths)), (min(lengths),))
    several = _most_rounds(call, handler)
    most = None if several is None else max(lengths) * several / units
    return Pause(min(lengths) / units, sum(own) * times / len(own) / units, beside, len(lengths) == 1, most)


def between_attempts(call: Call, pause: Pause, handler: Handler) -> float | None:
    """Seconds that a pause after each failed attempt comes to, where all of a few attempts at the same fail; None where
    it follows nothing that failed, or each round does something else, as the next page of many."""
    if not (call.mends and call.loops) or pause.most is None or pause.least is None or pause.beside:
        return None
    loop = call.loops[-1]
    tried = [
        each for each in handler.invocation_calls if each.loops[-1:] == (loop,) and not (each.mends or is_log(each))
    ]
    given = (part for each in tried for part in all_origins((*each.arguments, *each.keywords.values())))
    several = _most(loop)
    if several is None or several < _FEWEST or not tried or any(_is_counter(each, loop) for each in given):
        return None
    return pause.most - pause.least


_FEWEST = 2
"""Attempts between which there is a pause."""


def _is_counter(value: Value, loop: Loop) -> bool:
    """Whether a value is the number of a loop's round, or what it goes through."""
    return value is loop.over or (
        isinstance(value, Result) and isinstance(loop.over, Result) and value.call is loop.over.call
    )


_TIMES = {**_SLEEPS, **_CONCURRENT_SLEEPS, **_PROMISED_SLEEPS}


def _is_waited_for(call: Call, handler: Handler) -> bool:
    """Whether a promise is waited for, and whatever else may come first is not."""
    returned = any(isinstance(each, Result) and each.call is call for way in handler.returns for each in (way.value,))
    return (AWAITED in call.asked or returned) and RACED not in call.asked


def _numbers(value: Value | None) -> tuple[float, ...] | None:
    """The numbers that a value may be, in any order; None where it may be something else."""
    several = () if value is None else options(value)
    found = tuple(each.value for each in several if isinstance(each, Constant) and isinstance(each.value, int | float))
    return found if found and len(found) == len(several) else None


def _row(loop: Loop) -> tuple[float, ...]:
    """The numbers that a loop goes through, where they are spelt out."""
    over = _through(loop.over)
    return (_numbers(Choice(tuple(over.items))) or ()) if isinstance(over, Sequence) and not over.open else ()


def is_durable(handler: Handler) -> bool:
    """Whether a handler goes on, where its time is over, in another invocation.

    https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
    """
    return any(name.endswith(("durable_execution", "withDurableExecution")) for name in handler.wrappers)


def is_handed_on(call: Call, handler: Handler) -> bool:
    """Whether a call stands in a function that is handed to another, which may call it in several threads."""
    return not handler.places.isdisjoint(call.trail) or any(loop.together for loop in call.loops)


def repeating(call: Call, handler: Handler) -> tuple[Loop, ...]:
    """The loops around a call whose rounds follow it: not one that starts it in threads, or its rounds together."""
    started = [each for each in _starts_threads(handler) if each in call.trail]
    around = [[loop for loop in call.loops if loop.span.covers(start)] for start in started]
    starting = [loops[-1] for loops in around if loops]
    return tuple(loop for loop in call.loops if loop not in starting and not loop.together)


@once_a_handler
def _starts_threads(handler: Handler) -> tuple[Span, ...]:
    """Where a handler starts something in threads."""
    return tuple(each.span for each in handler.calls if each.name in _THREADS or _is_submitted(each))


def _is_submitted(call: Call) -> bool:
    """Whether a call hands a function to an executor, whose threads call it side by side."""
    return call.name == "submit" and call.receiver is not None and origin_name(call.receiver) in _EXECUTORS


def _most_rounds(call: Call, handler: Handler) -> int | None:
    """How often a call is made at most, one time after the other; None where that is not known."""
    several = [_most(loop) for loop in repeating(call, handler)]
    known = [each for each in several if each is not None]
    return _within_budget(call, prod(known)) if len(known) == len(several) else None


def _most(loop: Loop) -> int | None:
    match loop.over:
        # `while count < 5`: what it begins with, and what it counts to.
        case Compared("<" | "<=" | ">" | ">=", Constant(int(first)), Constant(int(last))):
            return abs(last - first) + (loop.over.operator.endswith("="))
        case _:
            return length(loop)


def rounds(call: Call, handler: Handler) -> int:
    """How often a call is made, one time after the other, where no loop around it is left early."""
    handed_on = is_handed_on(call, handler)
    around = [loop for loop in call.loops if not handed_on or loop.span.covers(call.span)]
    return _within_budget(call, prod(_left_out(call, loop, _count(loop, handler)) for loop in around))


def _within_budget(call: Call, several: int) -> int:
    """How often a call is made of so many times, where a test asks what is left of a number: `retries > 0`."""
    for test in (each for asked in call.tested for each in origins(asked)):
        match test:
            case Compared(">" | ">=" | "!=", Constant(int(first)), Constant(int(last))) if first > last:
                several = min(several, first - last + (test.operator == ">="))
    return several


def _left_out(call: Call, loop: Loop, count: int) -> int:
    """How many of a loop's rounds make a call: a test of the loop's counter leaves out one, or all but one."""
    asked = [test for test in call.tested if isinstance(loop.over, Result) and _counts(test, loop.over)]
    if any(isinstance(test, Compared) and test.operator == "==" for test in asked):
        return min(count, 1)
    return max(count - 1, 1) if asked else count


def _counts(test: Value, over: Result) -> bool:
    """Whether a test asks for the number of a loop's round."""
    return over.call.name in _COUNTING and any(
        isinstance(each, Result) and each.call is over.call for each in origins(test)
    )


def is_counted(loop: Loop) -> bool:
    """Whether a loop ends after a number of times, whatever happens in it."""
    over = _through(loop.over)
    return (
        loop.counted
        or (isinstance(over, Result) and over.call.name == "builtins.range")
        or (isinstance(over, Sequence) and not over.open and all(isinstance(each, Constant) for each in over.items))
        or any(isinstance(each, Compared) and _ends(each) for each in origins(over))
    )


def _ends(test: Compared) -> bool:
    """Whether a loop that goes on while this is so counts: `left > 0`, or `left != 0` from a number on."""
    match test:
        case Compared("!=", Constant(int(first)), Constant(int(last))):
            return first != last
        case _:
            return test.operator in ("<", "<=", ">", ">=")


_COUNTING = frozenset({"builtins.range", "builtins.enumerate"})
_SAME_LENGTH = frozenset(
    {"builtins.enumerate", "builtins.reversed", "builtins.list", "builtins.tuple", "builtins.iter"}
)


def _through(over: Value) -> Value:
    """What a loop goes through, item for item."""
    while isinstance(over, Result) and over.call.name in _SAME_LENGTH and over.call.arguments:
        over = over.call.arguments[0]
    return over


def _count(loop: Loop, handler: Handler) -> int:
    """How often a loop runs at most; 1 where that is not known, or it may run side by side."""
    known = None if any(call.span == loop.span for call in handler.calls) else length(loop)
    return 1 if known is None else known


def length(loop: Loop) -> int | None:
    """How often a loop runs where it is not left early; None where that is not known."""
    match _through(loop.over):
        case Result(Call(name="builtins.range", arguments=arguments)):
            numbers = [each.value for each in arguments if isinstance(each, Constant) and isinstance(each.value, int)]
            return len(range(*numbers)) if 0 < len(numbers) == len(arguments) <= 3 and 0 not in numbers[2:] else None
        case Sequence(open=False, items=items):
            return len(items)
        case _:
            return None


_THREADS = {
    "threading.Thread": "a thread", "threading.Timer": "a timer", "multiprocessing.Process": "a process",
    "multiprocessing.context.Process": "a process",
}  # fmt: skip
"""What `start()` starts."""

_STARTED = {
    "subprocess.Popen": "a process", "_thread.start_new_thread": "a thread", "asyncio.create_task": "a task",
    "asyncio.ensure_future": "a task", "node:worker_threads.Worker": "a worker thread",
    **{f"node:child_process.{name}": "a process" for name in ("spawn", "fork", "exec", "execFile")},
}  # fmt: skip
"""What is started by the call itself."""

_TIMERS = frozenset({
    f"{module}{name}" for module in ("js:", "node:timers.") for name in ("setTimeout", "setInterval", "setImmediate")
})  # fmt: skip
"""What calls a function later, when an invocation may be over."""

_EXECUTORS = frozenset({
    f"concurrent.futures.{module}{name}"
    for module in ("", "thread.", "process.")
    for name in ("ThreadPoolExecutor", "ProcessPoolExecutor")
})  # fmt: skip
_EVENT_LOOPS = frozenset({"asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.new_event_loop"})

_MEETING_POINTS = ("queue.", "threading.", "multiprocessing.", "asyncio.")
_MEETING = frozenset({"join", "get", "wait", "recv", "wait_for"})
"""What threads, processes and tasks meet at, and the methods that wait there."""

_ALL = frozenset({"asyncio.all_tasks", "threading.enumerate", "multiprocessing.active_children"})
"""Functions that give everything that runs."""

_NUMBERING = _ALL | {"threading.active_count", "threading.activeCount"}
"""Functions by which a program learns how much of what it has started runs."""

_ASKED = frozenset({AWAITED, ENTERED, KEPT, "stdout", "stderr", "returncode"})
"""What is asked of something that is waited for, or lasts longer than the invocation on purpose."""

_ASIDE = frozenset({"start", "setDaemon", "add_done_callback", "set_name", "setName"})
"""Methods of what was started that wait for nothing."""


@once_a_handler
def left_running(handler: Handler) -> tuple[tuple[Call, str], ...]:
    """The calls that start work during an invocation which nothing waits for, with what they start."""
    return tuple(_left_running(handler))


def _left_running(handler: Handler) -> Iterator[tuple[Call, str]]:
    if any(_meets(call) for call in handler.calls):
        return
    for call in handler.invocation_calls:
        found = _started(call) or _delayed(call, handler)
        if found is not None and not _is_asked_for(found[0], call, handler):
            yield call, found[1]


def waits_for_own(call: Call, handler: Handler) -> bool:
    """Whether a pause comes again until threads or processes have ended that the handler has started: its loop asks
    nobody else for anything, and does not count, or it counts these."""
    loop = call.loops[-1] if call.loops else None
    if loop is None:
        return False
    within = [each for each in handler.calls if loop in each.loops]
    asked = [each.call for each in origins(loop.over) if isinstance(each, Result)]
    if any(each.name in _NUMBERING for each in (*within, *asked)):
        return not any(map(_leaves, within))
    if is_counted(loop) or isinstance(loop.over, Sequence):
        return False
    starts = [each for each in handler.invocation_calls if each not in within and _started(each)]
    sleeps_there = is_handed_on(call, handler)
    return bool(starts) and not sleeps_there and not any(map(_leaves, within))


def _started(call: Call) -> tuple[Value, str] | None:
    """What a call starts: the value that stands for it, and its name; None where it starts nothing."""
    if call.receiver is None:
        # Who gives a function that is called in the end waits for it.
        waits = any(isinstance(each, Function) for each in call.arguments)
        return (Result(call), _STARTED[call.name]) if call.name in _STARTED and not waits else None
    match call.name, call.receiver:
        case "start", receiver if len(options(receiver)) == 1:
            return None if (kind := _thread(receiver)) is None else (receiver, kind)
        case "submit", Result(executor) if executor.name in _EXECUTORS:
            return None if ENTERED in executor.asked else (Result(call), "a call in an executor")
        case "create_task", Result(loop) if loop.name in _EVENT_LOOPS:
            return Result(call), "a task"
        case "run_in_executor", Result(loop) if loop.name in _EVENT_LOOPS:
            return Result(call), "a call in an executor"
    return None


def _delayed(call: Call, handler: Handler) -> tuple[Value, str] | None:
    """A timer, where what it calls asks others for anything."""
    if call.name not in _TIMERS or not any(call.span in each.trail and _leaves(each) for each in handler.calls):
        return None
    return Result(call), "a timer"


def _leaves(call: Call) -> bool:
    """Whether a call asks AWS or a server for something."""
    return operations.operation(call) is not None or call.name in network.SENDING


def _thread(value: Value) -> str | None:
    match value:
        case Result(Call(name=name, receiver=None)):
            return _THREADS.get(name)
        case Instance(of) if of.lookup("join") is None:
            return _base(of)
    return None


def _base(of: Class) -> str | None:
    """What an object of a project's class starts, which is a kind of thread."""
    for base in of.bases:
        match base:
            case Imported(name) if name in _THREADS:
                return _THREADS[name]
            case Class() if (kind := _base(base)) is not None:
                return kind
    return None


def _is_asked_for(started: Value, start: Call, handler: Handler) -> bool:
    """Whether anything is done with what was started: then somebody may wait for it."""
    if isinstance(started, Result) and started.call.asked & _ASKED:
        return True
    if any(_comes_from(answer, [started]) for answer in handler.answers):
        # Whoever calls the function gets it: `gather(*map(start, items))`.
        return True
    wanted = [started]
    if start.name == "submit" and start.receiver is not None:
        wanted.append(start.receiver)
    for call in handler.calls:
        if call is start or is_log(call):
            continue
        if call.receiver is not None and call.name not in (*_ASIDE, "submit") and _comes_from(call.receiver, wanted):
            return True
        if any(_comes_from(each, [started]) for each in (*call.arguments, *call.keywords.values())):
            return True
    return False


def _comes_from(value: Value, wanted: list[Value]) -> bool:
    return any(each is one or each == one for each in origins(value) for one in wanted)


def _meets(call: Call) -> bool:
    """Whether a call waits for what other threads, processes or tasks do, without naming one."""
    if call.receiver is None:
        return call.name in _ALL
    meets = call.name in _MEETING and origin_name(call.receiver).startswith(_MEETING_POINTS)
    return meets and _thread(call.receiver) is None
