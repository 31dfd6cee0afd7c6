"""Policy: which opt-outs of a site or page the operator acts on, and how: `[policy]`.

A module of its own, because the crawl asks it before a fetch and the pipeline before a row, and the config checks its
words. What the signals say and where they stand is read in crawl/opt_outs.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SIGNALS = ("tdm_reservation", "tdm_policy", "content_usage", "content_signal", "license", "robots_directives")
"""In this order in Page.opt_outs, and the columns they are kept in."""

_SIGNAL_OF = {
    "tdm-reservation=1": "tdm_reservation",
    "license": "license",
    **dict.fromkeys(("train-ai=n", "train-genai=n", "ai-use=n", "ai-output=n", "bots=n", "search=n"), "content_usage"),
    **dict.fromkeys(("ai-train=no", "ai-input=no", "search=no"), "content_signal"),
}
_DIRECTIVES = ("noindex", "nofollow", "noarchive", "nosnippet", "noimageindex", "noai", "noimageai")
_MEANS = {"none": ("noindex", "nofollow"), "max-snippet:0": ("nosnippet",), "nocache": ("noarchive",)}
"""Directives that say what others say. Source: Google's robots meta tag documentation; Bing's for nocache."""

FETCH_WORDS = frozenset(_SIGNAL_OF)
"""What can be known before a page is asked for."""
ROW_WORDS = FETCH_WORDS | set(_DIRECTIVES)


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about opt-outs: `[policy]`. All of them are recorded in any case.

    Args:
        ask_tdmrep: Ask each origin for /.well-known/tdmrep.json, once a day.
        stop_fetch: Words of FETCH_WORDS: an address whose origin says one of them is not asked for.
        stop_row: Words of ROW_WORDS: a page that is said so of stays in the archive and becomes no row.
    """

    ask_tdmrep: bool = True
    stop_fetch: tuple[str, ...] = ()
    stop_row: tuple[str, ...] = ()

    def faults(self) -> list[str]:
        """Name each word that is none, as "key: what is wrong"."""
        known = {"stop_fetch": FETCH_WORDS, "stop_row": ROW_WORDS}
        return [
            f"{key}: {word!r} is unknown; known are {', '.join(sorted(words))}"
            for key, words in known.items()
            for word in getattr(self, key)
            if word not in words
        ]


def objection(opt_outs: Iterable[tuple[str, str]], stops: Iterable[str]) -> tuple[str, str] | None:
    """Give the first signal, with its value, that says a word of stop_fetch or stop_row; None if none does."""
    stops = frozenset(stops)
    for signal, value in opt_outs if stops else ():
        if stops & _words(signal, value):
            return signal, value
    return None


def _words(signal: str, value: str) -> set[str]:
    """Give the words that a signal says."""
    if signal == "license":
        return {"license"} if value else set()
    said = {re.sub(r"\s*([=:])\s*", r"\1", part.strip().lower()) for part in value.split(",")}
    if signal == "tdm_reservation":
        said = {f"tdm-reservation={value}" for value in said}
    if signal == "robots_directives":
        said.update(*(_MEANS[each] for each in said if each in _MEANS))
        return said & set(_DIRECTIVES)
    return {word for word in said if _SIGNAL_OF.get(word) == signal}
