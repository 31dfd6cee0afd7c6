"""Floors: scores below which `make eval` fails. They only rise.

A module of its own because a change that loses what another one gained shows nowhere else: floors.toml is committed
with the change that earned it. A score may lie below its floor by as much as growing trees anew moves it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scraper.lab.tables import LESS_IS_BETTER
from scraper.lab.tally import SCORES

FILE = Path(__file__).with_name("floors.toml")
NOISE = {"body_f1": 0.002, "body_exact": 0.02, "kept": 0.005, "leaked": 0.005}
"""Source: trees grown from other seeds, cross-validated by site, differ by up to so much."""

FIELD_NOISE = 0.01
"""One page of the smallest set: a field that loses two to gain elsewhere has lost something."""

NO_FLOOR = frozenset(("body_precision", "body_recall"))
"""Each may fall where the other rises by more: their F1 has a floor."""

HEAD = """\
# Scores below which `make eval` fails, less what is noise; for leaked, above which.
# Written by `make eval ARGS=--raise`, which raises and never lowers.
"""

Floors = Mapping[str, Mapping[str, float]]
"""Set -> score -> floor."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A score below its floor."""

    set_name: str
    score: str
    got: float
    floor: float

    def __str__(self) -> str:
        """Say what is wrong and what to do, in one line."""
        side = "above its ceiling" if self.score in LESS_IS_BETTER else "below its floor"
        return (
            f"{self.set_name}: {self.score} is {self.got:.4f}, {side} of {self.floor:.4f} by more than "
            f"{NOISE.get(self.score, FIELD_NOISE)}: mend what lost it; a floor is never lowered"
        )


def read_floors(file: Path = FILE) -> Floors:
    """Read the floors; none where there is no file."""
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def find_misses(scores: Floors, floors: Floors) -> Iterator[Miss]:
    """Compare scores with floors; sets and scores without a floor are passed over.

    Args:
        scores: Set -> score -> what was measured.
        floors: What read_floors gave.
    """
    for name, floor_of in floors.items():
        for score, floor in floor_of.items():
            got = scores.get(name, {}).get(score)
            if got is not None and _lack(score, got, floor) > NOISE.get(score, FIELD_NOISE):
                yield Miss(name, score, got, floor)


def raise_floors(scores: Floors, floors: Floors) -> Floors:
    """Give floors as high as what was measured, and never lower than they were; new sets get theirs."""
    return {
        name: {
            score: _better(score, scores.get(name, {}).get(score), floors.get(name, {}).get(score))
            for score in SCORES
            if score not in NO_FLOOR and (score in scores.get(name, {}) or score in floors.get(name, {}))
        }
        for name in sorted({*scores, *floors})
    }


def write_floors(floors: Floors, file: Path = FILE) -> None:
    """Write the floors, the same bytes for the same floors."""
    tables = (
        f"\n[{name}]\n" + "".join(f"{score} = {floor:.4f}\n" for score, floor in floor_of.items())
        for name, floor_of in floors.items()
    )
    file.write_text(HEAD + "".join(tables), encoding="utf-8")


def _lack(score: str, got: float, floor: float) -> float:
    return got - floor if score in LESS_IS_BETTER else floor - got


def _better(score: str, *values: float | None) -> float:
    known = [round(value, 4) for value in values if value is not None]
    return min(known) if score in LESS_IS_BETTER else max(known)
