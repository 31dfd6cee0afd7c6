"""Shard: which of several machines asks which hosts, worked out by each of them alone from the same site list.

A module of its own, because it is a promise to publishers: however many machines crawl, a host is asked by one of them,
and so at the pace that one machine keeps. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from scraper.url import Url, host_of, site_of


@dataclass(frozen=True, slots=True)
class Shard:
    """The hosts of one machine.

    Args:
        number: Of this machine, from 1.
        of: How many machines there are.
        tied: Registered domain -> the domain that its group is known by, where that is another one.
    """

    number: int = 1
    of: int = 1
    tied: Mapping[str, str] = field(default_factory=dict)

    def owner_of(self, host: str) -> int:
        """Give the number of the machine that alone asks a host; all hosts of a registered domain have one owner."""
        domain = site_of(host)
        return _choose(self.tied.get(domain, domain), self.of)

    def owns(self, host: str) -> bool:
        """Tell whether this machine asks a host."""
        return self.of == 1 or self.owner_of(host) == self.number


def tie(groups: Iterable[Iterable[Url]]) -> dict[str, str]:
    """Tie domains that one machine has to ask, because the site list names them together.

    Args:
        groups: Of each site of the list its address and those of its feeds, sitemaps and front pages: where a feed lies
            with another company, that one's domain, and all sites that have their feeds there, go together.

    Returns:
        What Shard wants; it does not depend on the order of anything.
    """
    leader: dict[str, str] = {}

    def find(domain: str) -> str:
        while (above := leader.setdefault(domain, domain)) != domain:
            domain = above
        return domain

    for group in groups:
        roots = sorted({find(site_of(host_of(url))) for url in group})
        for root in roots:
            leader[root] = roots[0]
    return {domain: found for domain in leader if (found := find(domain)) != domain}


@cache
def _choose(domain: str, of: int) -> int:
    """Choose a machine: with one more, only what goes to the new one moves.

    Source: rendezvous hashing (Thaler and Ravishankar, 1996).
    """
    return max(range(1, of + 1), key=lambda number: hashlib.sha256(f"{number} {domain}".encode()).digest())
