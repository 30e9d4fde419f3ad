"""A run in several processes: each judges some of its roots, and hands back what comes of them as plain data.

A worker that is forked has all that the run knows. Elsewhere it is told no more than how the run was begun, and begins
it again; what the roots of a run are depends on nothing else, so that their numbers are enough to name them.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from lambdalint.discover import looked
from lambdalint.discover.looked import Looked
from lambdalint.outcome import plain

if TYPE_CHECKING:
    from lambdalint.lint import Run
    from lambdalint.outcome import Outcome
    from lambdalint.rules import Rule

Begin = Callable[[], "tuple[Run, Sequence[Rule]]"]
"""Begins the run again that a worker is to take part in, and says which rules are asked: it can be pickled."""

_ROUNDS = 8
"""How many times each worker is given something to do, if all take the same time: what lasts then holds nobody up."""


class WorkerFailed(Exception):
    """A worker that did not do its work: one line."""


def outcomes(
    run: Run,
    rules: Sequence[Rule],
    begin: Begin,
    jobs: int,
    numbers: Sequence[int],
    step: Callable[[str], None] = lambda _: None,
    method: str | None = None,
) -> list[tuple[Outcome, ...]]:
    """What the roots of these numbers come to, in their order, by `jobs` processes. Raises WorkerFailed.

    `method` is how processes are started, by default by what is quickest where the run is.
    """
    # Nothing else than this thread runs here, so that a fork is safe, and it is given everything for nothing.
    context = multiprocessing.get_context(method or ("fork" if sys.platform == "linux" else None))
    forked = context.get_start_method() == "fork"
    left = _shares(numbers, jobs)
    workers: dict[Connection, multiprocessing.process.BaseProcess] = {}
    found: dict[int, tuple[Outcome, ...]] = {}
    written = plain(rules)
    try:
        for _ in range(min(jobs, len(left))):
            ours, theirs = context.Pipe()
            worker = context.Process(  # type: ignore[attr-defined]
                target=_work, args=(theirs, _Known(run, rules) if forked else begin), daemon=True
            )
            worker.start()
            theirs.close()
            workers[ours] = worker
            ours.send_bytes(json.dumps(left.pop()).encode())
        busy = set(workers)
        while busy:
            for each in wait(list(busy)):
                assert isinstance(each, Connection)
                try:
                    kind, content, facts, noted = json.loads(each.recv_bytes())
                except (EOFError, OSError):
                    workers[each].join()
                    raise WorkerFailed(_death(workers[each].exitcode)) from None
                if kind == "failed":
                    raise _bug(*content)
                looked.seen_elsewhere(facts)
                if run.earlier is not None:
                    run.earlier.add(*noted)
                found.update((number, written.read(data)) for number, data in content)
                step(f"judged {len(found)} of {len(numbers)} deployments")
                share = left.pop() if left else None
                each.send_bytes(json.dumps(share).encode())
                if share is None:
                    busy.discard(each)
    finally:
        for worker in workers.values():
            if len(found) < len(numbers):
                worker.terminate()
            worker.join()
    return [found[number] for number in numbers]


def _bug(told: str, notes: Sequence[str]) -> Exception:
    """What a worker raised."""
    error = RuntimeError(f"in a worker process\n{told}")
    for note in notes:
        error.add_note(note)
    return error


class _Known:
    """The run of a worker that was forked."""

    def __init__(self, run: Run, rules: Sequence[Rule]) -> None:
        self._run, self._rules = run, rules

    def __call__(self) -> tuple[Run, Sequence[Rule]]:
        self._run.step = lambda _: None
        return self._run, self._rules


def _work(connection: Connection, begin: Begin) -> None:
    """Judge what is asked for, until nobody asks."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))
    with contextlib.suppress(EOFError, KeyboardInterrupt, BrokenPipeError):
        try:
            watched = looked.is_watched() or not isinstance(begin, _Known)
            looked.watch(Looked() if watched else None)
            run, rules = begin()
            written = plain(rules)
            # That the other end was closed is not seen where a worker that was forked later has it too.
            while (numbers := json.loads(connection.recv_bytes())) is not None:
                done = [(number, written.write(run.outcomes(run.roots[number]))) for number in numbers]
                noted = ({}, {}) if run.earlier is None else run.earlier.taken()
                connection.send_bytes(json.dumps(("done", done, looked.taken(), noted), separators=(",", ":")).encode())
        except EOFError:
            raise
        except Exception as error:
            import traceback

            told = "".join(traceback.format_exception(error))
            notes = [*getattr(error, "__notes__", ()), type(error).__name__]
            connection.send_bytes(json.dumps(("failed", (told, notes), {}, {})).encode())


def _shares(numbers: Sequence[int], jobs: int) -> list[list[int]]:
    """The numbers of the roots, dealt out: neighbours may share code, and are judged by one worker."""
    size = max(1, len(numbers) // (jobs * _ROUNDS))
    return [list(numbers[start : start + size]) for start in range(0, len(numbers), size)][::-1]


def _death(code: int | None) -> str:
    how = f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"
    return f"a worker process {how} before its work was done; --jobs 1 needs none"


def processors() -> int:
    """How many processes can run at a time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
