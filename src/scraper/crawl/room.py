"""Room: how many bytes of bodies are in memory at once, however many hosts answer.

A module because what a visit holds outlives the request it came by, and must neither fill the memory nor keep others
waiting: bodies being received wait for each other, and who waits for the turn of a host holds little or gives up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from scraper.errors import FetchError

FREE_BYTES = 500_000
"""As received, of each visit, redirects and further pages included: no ordinary visit has more, so it never waits."""
RECEIVED_BYTES = 48_000_000
"""Beyond that, of all visits that receive or are read. The oldest may go on in any case, so that one always can."""
PARKED_BYTES = 32_000_000
"""Beyond that, of all visits that wait for the turn of a host, which takes as long as strangers say."""
MOST_WAIT_S = 120.0
"""Servers hang up on a reader who stands still for longer."""


@dataclass(slots=True)
class _Share:
    """What a visit holds: in all, and of what is beyond FREE_BYTES the part that counts as received, and as parked."""

    held: int = 0
    received: int = 0
    parked: int = 0


class Room:
    """Counts what each visit, which is a task, holds until it ends."""

    def __init__(self) -> None:
        self._shares: dict[asyncio.Task[Any], _Share] = {}  # the oldest first
        self._received = self._parked = 0
        self._freed = asyncio.Event()

    async def take(self, n_bytes: int, clock: asyncio.Timeout) -> None:
        """Count bytes that came, and wait, while the clock stands still, if there are too many.

        Raises:
            FetchError: reason "timeout" where that takes longer than MOST_WAIT_S.
        """
        task = asyncio.current_task()
        if task is None:
            return
        if (share := self._shares.get(task)) is None:
            share = self._shares[task] = _Share()
            task.add_done_callback(self._leave)
        share.held += n_bytes
        more = max(share.held - FREE_BYTES - share.received - share.parked, 0)
        share.received += more
        self._received += more
        if more and not self._may_go_on(share):
            await self._wait(share, clock)

    def park(self) -> bool:
        """Let what this visit holds count as parked, for it is about to wait; False where it holds too much for that.

        It stays parked until the visit is over: it is needed to the end.
        """
        task = asyncio.current_task()
        share = self._shares.get(task) if task else None
        if share is None or not share.received:
            return True
        if self._parked + share.received > PARKED_BYTES:
            return False
        share.parked += share.received
        self._parked += share.received
        self._free(share)
        return True

    async def _wait(self, share: _Share, clock: asyncio.Timeout) -> None:
        loop, deadline = asyncio.get_running_loop(), clock.when()
        start = loop.time()
        clock.reschedule(None)
        try:
            async with asyncio.timeout(MOST_WAIT_S):
                while not self._may_go_on(share):
                    await self._freed.wait()
        except TimeoutError as error:
            raise FetchError("timeout", f"no room in memory for it in {MOST_WAIT_S:.0f} s", retryable=True) from error
        clock.reschedule(None if deadline is None else deadline + loop.time() - start)

    def _may_go_on(self, share: _Share) -> bool:
        return self._received <= RECEIVED_BYTES or share is next(
            each for each in self._shares.values() if each.received
        )

    def _leave(self, task: asyncio.Task[Any]) -> None:
        share = self._shares.pop(task)
        self._parked -= share.parked
        self._free(share)

    def _free(self, share: _Share) -> None:
        self._received -= share.received
        share.received = 0
        self._freed.set()  # who waits looks again, and waits for the next event
        self._freed = asyncio.Event()
