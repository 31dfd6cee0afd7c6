"""Opt-outs: what a site or a page says against uses of it, wherever it says so.

Pure, and a module because six conventions say much the same in ten places. Nothing is judged here: what they say is
written down, the most restrictive where several speak of one use, and silence stays silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from scraper.crawl.path_pattern import PathPattern, path_of
from scraper.crawl.robots import Robots
from scraper.page import Headers
from scraper.policy import SIGNALS
from scraper.url import Url

TDMREP_PATH = "/.well-known/tdmrep.json"
RSL_TYPE = "application/rsl+xml"
VALUE_CHARS = 500
"""Kept of a signal: a stranger's header may be as long as its server likes."""

Pairs = Sequence[tuple[str, str]]
Links = Sequence[tuple[str, str, str]]

_MEMBER = re.compile(r"[ \t]*([a-zA-Z*][a-zA-Z0-9_.*-]*)[ \t]*=[ \t]*\"?(yes|no|y|n)\"?[ \t]*(?:;.*)?", re.IGNORECASE)
_RESTRICTS = frozenset({"n", "no"})
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r";\s*rel\s*=\s*\"?([^\";,]*)", re.IGNORECASE)
_TYPE = re.compile(r";\s*type\s*=\s*\"?([^\";,]*)", re.IGNORECASE)
_WITH_VALUE = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})


class Tdmrep:
    """The rules of a tdmrep.json.

    Args:
        body: The file as it came, decoded; what cannot be read of it is left out.

    Source: TDM Reservation Protocol, Final Community Group Report of 10 May 2024, section 6.1.
    """

    def __init__(self, body: bytes) -> None:
        try:
            rules = json.loads(body.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            rules = None
        self._rules = [
            (PathPattern(location if location.startswith(("/", "*")) else f"/{location}"), rule)
            for rule in (rules if isinstance(rules, list) else [rules])
            if isinstance(rule, dict) and isinstance(location := rule.get("location"), str)
        ]

    def says(self, url: Url) -> tuple[tuple[str, str], ...]:
        """Give tdm-reservation and tdm-policy of an address of its origin, by the first rule that matches."""
        path = path_of(url)
        rule = next((rule for pattern, rule in self._rules if pattern.matches(path)), {})
        said = ((name, rule.get(name)) for name in ("tdm-reservation", "tdm-policy"))
        return tuple((name, str(value)) for name, value in said if isinstance(value, str | int))


def signals_of(
    url: Url,
    agent: str,
    robots: Robots | None,
    tdmrep: Tdmrep | None,
    headers: Headers = (),
    metas: Pairs = (),
    links: Links = (),
) -> tuple[tuple[str, str], ...]:
    """Give the opt-outs that hold for an answer, or for an address before it is asked.

    Args:
        url: The address that answered.
        agent: Our product token: what is said to other crawlers is left out.
        robots: The rules of its origin, if known.
        tdmrep: The reservations of its origin, if known.
        headers: Of the answer.
        metas: Name in lower case and content of the meta elements of its head.
        links: rel in lower case, href, and type of the link elements of its head.

    Returns:
        (signal, value) for each of SIGNALS that is said, in that order.
    """
    said = [(name.lower(), value) for name, value in headers]
    in_robots = {label: robots.uses(label, url) if robots else () for label in ("content-usage", "content-signal")}
    found = {
        **_tdm((tdmrep.says(url) if tdmrep else (), said, metas)),
        "content_usage": _merge([*_values(said, "content-usage"), *in_robots["content-usage"]]),
        "content_signal": _merge(in_robots["content-signal"]),
        "license": " ".join(dict.fromkeys([*(robots.licenses if robots else ()), *_licenses(said, links)])),
        "robots_directives": ", ".join(_directives(said, metas, agent.lower())),
    }
    return tuple((signal, found[signal][:VALUE_CHARS]) for signal in SIGNALS if found.get(signal))


def _values(pairs: Pairs, name: str) -> list[str]:
    return [value.strip() for key, value in pairs if key == name]


def _tdm(sources: Iterable[Pairs]) -> dict[str, str]:
    """Merge what the file, the header and the page say: the nearer to the content, the later in the order, holds.

    Source: TDMRep, sections 6.2 and 6.3.
    """
    found: dict[str, str] = {}
    for source in sources:
        if reserved := [value for value in _values(source, "tdm-reservation") if value in ("0", "1")]:
            found["tdm_reservation"] = max(reserved)
        if policies := [value for value in _values(source, "tdm-policy") if value]:
            found["tdm_policy"] = policies[0]
    return found


def _merge(statements: Iterable[str]) -> str:
    """Merge dictionaries such as "train-ai=n, search=y": of two values of a key the one that forbids holds.

    Source: draft-ietf-aipref-vocab, Combining Preferences; RFC 9651 section 3.2 for the form. What else a dictionary
    holds says nothing by that vocabulary, and a damaged member does not silence the others.
    """
    merged: dict[str, str] = {}
    for member in ",".join(statements).split(","):
        if match := _MEMBER.fullmatch(member):
            key, value = match[1].lower(), match[2].lower()
            if merged.get(key) not in _RESTRICTS:
                merged[key] = value
    return ", ".join(f"{key}={value}" for key, value in merged.items())


def _licenses(said: Pairs, links: Links) -> Iterator[str]:
    """Give the addresses of RSL licenses; other links with rel=license are notes for readers."""
    for value in _values(said, "link"):
        for href, rest in _LINK.findall(value):
            rel, kind = _REL.search(rest), _TYPE.search(rest)
            if rel and kind and "license" in rel[1].lower().split() and kind[1].strip().lower() == RSL_TYPE:
                yield "".join(href.split())
    for rel_words, href, media_type in links:
        if "license" in rel_words.split() and media_type.partition(";")[0].strip().lower() == RSL_TYPE:
            yield "".join(href.split())


def _directives(said: Pairs, metas: Pairs, agent: str) -> list[str]:
    """Give what X-Robots-Tag and meta elements say to all crawlers or to us, each once, in lower case."""
    found: dict[str, None] = {}
    for value in _values(said, "x-robots-tag"):
        to_us = True
        for part in value.lower().split(","):
            directive = part.strip()
            name, colon, rest = directive.partition(":")
            if colon and name.strip() not in _WITH_VALUE:
                to_us, directive = name.strip() == agent, rest.strip()
            if to_us:
                found[directive] = None
    for name, content in metas:
        if name in ("robots", agent):
            found.update(dict.fromkeys(part.strip() for part in content.lower().split(",")))
    return [each for each in found if _is_directive(each)]


def _is_directive(text: str) -> bool:
    name, _, value = text.partition(":")
    return bool(re.fullmatch(r"[a-z][a-z_-]*", name.rstrip())) and len(value) < 60
