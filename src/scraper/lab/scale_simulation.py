"""Scale simulation: how long an archive takes with many workers, from the measured times of pages.

A module of its own, because it is a model and says so: segments are handed out in order, as extraction does it, workers
take the measured time, and rows are written one segment after the other, each page taking the measured time there. What
it leaves out: the disks and the network that all workers share, and workers that fail.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.cluster import AHEAD


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured, in seconds.

    Args:
        pages_s: Of pages, reading and finding what they came to, by one worker.
        write_s: Of a page, to mark and write its rows, in the one process that does it.
        hand_out_s: Of a segment, from its task being asked for to its being begun, and back.
    """

    pages_s: Sequence[float]
    write_s: float
    hand_out_s: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a simulation gave.

    Args:
        workers: How many.
        seconds: Until the last row was written.
        pages_per_s: Of all of them.
        busy: Share of the time that workers worked.
        writing: Share of the time that the writing process wrote.
    """

    workers: int
    seconds: float
    pages_per_s: float
    busy: float
    writing: float

    @property
    def bottleneck(self) -> str:
        """Name what more of would make it faster."""
        if self.writing > 0.9:
            return "writing rows, in one process"
        return "workers" if self.busy > 0.8 else "segments: too few or too unequal for so many workers"


def simulate(costs: Costs, workers: int, segments: int, pages: int) -> Simulated:
    """Extract an archive.

    Args:
        costs: Measured.
        workers: Threads of the cluster.
        segments: How many there are.
        pages: In each.
    """
    chance = random.Random(7)  # noqa: S311
    idle = [0.0] * workers  # when each worker is free
    written = [0.0] * segments  # when the rows of each are written
    busy_s = done = 0.0
    window = AHEAD * workers + 1
    for number in range(segments):
        takes = sum(chance.choices(costs.pages_s, k=pages))
        asked = written[number - window] if number >= window else 0.0
        begins = max(heapq.heappop(idle), asked) + costs.hand_out_s
        heapq.heappush(idle, begins + takes)
        busy_s += takes
        done = written[number] = max(done, begins + takes) + pages * costs.write_s
    total = segments * pages
    return Simulated(workers, done, total / done, busy_s / done / workers, total * costs.write_s / done)
