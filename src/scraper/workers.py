"""Workers: pure functions in child processes that may be killed.

A page can be made to take for ever, or to crash a C library, and no timeout inside the process helps against either.
So every page is worked on in a child with a deadline and a cap on memory; a child that breaks one is killed alone, its
page is answered by a Skip, and the others never notice. The deadline is of processor time, which the system's own timer
counts: which pages are skipped must not depend on how busy a machine is.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from scraper.errors import ScraperError, StoppedError
from scraper.skip import Skip

Item = TypeVar("Item")
Result = TypeVar("Result")

START_TIMEOUT_S = 120.0
"""Until a new child has imported what it needs; generous, as a loaded machine may start eight at once."""
STOP_POLL_S = 0.2
"""How long a stop may go unnoticed."""
PATIENCE = 6
"""Times the deadline that an item may take by the clock on the wall: for a child that waits and does not work."""
WINDOW_PER_WORKER = 8
"""Results waiting for an earlier one to be yielded; bounds memory."""


class _Child(Generic[Item, Result]):
    """One process, its pipe, and what it works on."""

    def __init__(self, function: Callable[[Item], Result], timeout_s: float, memory_bytes: int) -> None:
        # Spawned, not forked: the parent has threads, whose locks a fork would copy in whatever state they are.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, function, timeout_s, memory_bytes), daemon=True)
        self.process.start()
        theirs.close()
        self.index: int | None = None
        self.ready = False
        self.patience_s = PATIENCE * timeout_s
        self.deadline = time.monotonic() + START_TIMEOUT_S

    def give(self, index: int, item: Item) -> None:
        self.index = index
        self.deadline = time.monotonic() + self.patience_s
        # A child that died while idle is noticed when its pipe ends, which answers this item with a Skip.
        with contextlib.suppress(ConnectionError):
            self.pipe.send(item)

    def kill(self) -> bool:
        """End it; True where it had ended itself because its processor time was used up."""
        self.process.join(0)
        self.process.kill()
        self.process.join()
        self.pipe.close()
        return self.process.exitcode == -signal.SIGPROF


class Workers(Generic[Item, Result]):
    """Child processes that apply one function to many items.

    Args:
        function: Importable, pure; its argument and result are pickled.
        count: Processes; 0 means one per core this process may use.
        timeout_s: Seconds of processor time for one item, after which its child is killed.
        memory_bytes: Private memory of a child, besides what it has when it starts.
    """

    def __init__(self, function: Callable[[Item], Result], *, count: int, timeout_s: float, memory_bytes: int) -> None:
        self._function, self._timeout_s, self._memory_bytes = function, timeout_s, memory_bytes
        self._count = count or len(os.sched_getaffinity(0))
        self._children: list[_Child[Item, Result]] = []
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Make a map under way raise StoppedError soon; may be called from another thread."""
        self._stopping.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children:
            child.kill()
        self._children.clear()

    def map(self, items: Iterable[Item]) -> Iterator[Result | Skip]:
        """Apply the function to every item, side by side.

        Returns:
            The results in the order of items; a Skip with reason "extract_timeout" or "extract_crashed" for an item
            whose child was killed or died.

        Raises:
            StoppedError: stop() was called; the items that were not yielded are to be done again.
            ScraperError: Children cannot be started at all.
        """
        todo = enumerate(items)
        results: dict[int, Result | Skip] = {}
        sent = yielded = 0
        exhausted = False
        try:
            while True:
                if self._stopping.is_set():
                    raise StoppedError("stopped before all items were done")
                while not exhausted and sent - yielded < self._count * WINDOW_PER_WORKER and (child := self._idle()):
                    try:
                        index, item = next(todo)
                    except StopIteration:
                        exhausted = True
                        break
                    child.give(index, item)
                    sent += 1
                while yielded in results:
                    yield results.pop(yielded)
                    yielded += 1
                if exhausted and yielded == sent:
                    return
                self._collect(results)
        finally:
            # Whoever stops listening in the middle must not get the rest as answers to the next call.
            for child in [child for child in self._children if child.index is not None]:
                child.kill()
                self._children.remove(child)

    def _idle(self) -> _Child[Item, Result] | None:
        for child in self._children:
            if child.ready and child.index is None:
                return child
        if len(self._children) < self._count:
            self._children.append(_Child(self._function, self._timeout_s, self._memory_bytes))
        return None

    def _collect(self, results: dict[int, Result | Skip]) -> None:
        """Wait for a child to answer, to become ready, to die or to exceed its deadline."""
        busy: dict[object, _Child[Item, Result]] = {
            child.pipe: child for child in self._children if not child.ready or child.index is not None
        }
        patience_s = max(0.0, min((child.deadline for child in busy.values()), default=0.0) - time.monotonic())
        for pipe in wait([child.pipe for child in busy.values()], min(patience_s, STOP_POLL_S)):
            child = busy.pop(pipe)
            try:
                answer: tuple[str, object] = child.pipe.recv()
            except (EOFError, OSError):
                self._bury(child, Skip("extract_crashed", "the worker died"), results)
                continue
            if answer[0] == "ready":
                child.ready = True
            elif answer[0] == "crashed":
                self._bury(child, Skip("extract_crashed", str(answer[1])), results)
            elif child.index is not None:
                results[child.index] = answer[1]  # type: ignore[assignment]
                child.index = None
        for child in busy.values():
            if time.monotonic() >= child.deadline:
                waited = Skip("extract_timeout", f"no answer within {PATIENCE * self._timeout_s:g} s")
                self._bury(child, waited, results)

    def _bury(self, child: _Child[Item, Result], skip: Skip, results: dict[int, Result | Skip]) -> None:
        if child.kill():
            skip = Skip("extract_timeout", f"took more than {self._timeout_s:g} s of processor time")
        self._children.remove(child)
        if not child.ready:
            raise ScraperError(f"a worker process could not be started: {skip.detail}")
        if child.index is not None:
            results[child.index] = skip


def _private_bytes() -> int:
    """Give what this process has set aside already: a program that uses the package may import much into each child.

    Source: pyarrow alone sets a gigabyte aside, of which it uses little.
    """
    with contextlib.suppress(OSError, ValueError):
        return int(Path("/proc/self/status").read_text("ascii").partition("VmData:")[2].split()[0]) * 1024
    return 0


def _work(pipe: Connection, function: Callable[[Item], Result], timeout_s: float, memory_bytes: int) -> None:
    """Answer items until the pipe ends; the parent's end closes when the parent dies, however it dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides; its end ends the pipe
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, in the middle of a C library too
    most = _private_bytes() + memory_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    with contextlib.suppress(EOFError, ConnectionError):
        pipe.send(("ready", None))
        while True:
            # The process ends at an error, and the Skip of its item tells it: one page's bug costs that page.
            try:
                item = pipe.recv()
                signal.setitimer(signal.ITIMER_PROF, timeout_s)
                result = function(item)
                signal.setitimer(signal.ITIMER_PROF, 0)
            except (EOFError, ConnectionError):
                raise
            except BaseException as error:  # noqa: BLE001
                place = traceback.extract_tb(error.__traceback__)[-1]
                pipe.send(("crashed", f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"[:500]))
                return
            pipe.send(("done", result))
