"""Agencies: the news agencies there are, and the ways they are named.

A module of its own because the extractor tells them from persons and the corpus tells whose copy it holds, by one list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Agency:
    """A news agency.

    Args:
        code: As in datelines: "AP", "dpa", "Reuters". What the agency is called in the corpus.
        names: Other names, in any script.
        hosts: Hosts of its own, where its copy is no copy.
    """

    code: str
    names: tuple[str, ...]
    hosts: tuple[str, ...]


@cache
def agencies() -> tuple[Agency, ...]:
    """Read the list, in its order."""
    lines = resources.files("scraper").joinpath("agencies.txt").read_text("utf-8").splitlines()
    return tuple(_read(line) for line in lines if line and not line.startswith("#"))


def _read(line: str) -> Agency:
    code, names, hosts = (field.strip() for field in line.split("|"))
    return Agency(code, _split(names), _split(hosts))


def _split(field: str) -> tuple[str, ...]:
    return tuple(part for each in field.split(";") if (part := each.strip()))
