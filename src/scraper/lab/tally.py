"""Tally: scores of one extractor on one set, field by field.

A module of its own because peers and floors have to be measured by the same rules. What a set's truth does not hold is
not scored. Each score is between 0 and 1, and more is better except for leaked:

- body_f1, body_precision, body_recall: means over pages, of bags of words (of characters in scripts without spaces);
  the standfirst may be in the body or not. body_exact: share of pages with an F1 of EXACT or more.
- kept, leaked: mean shares of the snippets that must, and must not, be in the body.
- authors: F1 over all names of the set, folded.
- date: share of pages with the right day. title, dek, section: share of pages with the right text, folded.
- captions, credits: F1 over all of the set, a pair meeting at an F1 of MEETS or more.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from scraper.lab.labels import tokenize

EXACT = 0.98
MEETS = 0.8
"""Captions with this much in common are one: truths join and cut credits differently."""

SAME_DAY = timedelta(hours=24)
BODY = ("body_f1", "body_exact", "body_precision", "body_recall")
SNIPPETS = {"kept": "with", "leaked": "without"}
"""Score -> where the truth has the snippets."""

TEXTS = ("title", "dek")
PICTURES = ("captions", "credits")
SCORES = (*BODY, *SNIPPETS, "authors", "date", *TEXTS, "section", *PICTURES)
"""All scores, in the order of reports."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an extractor says of a page; a field that it does not know is empty."""

    body: str = ""
    authors: Sequence[str] = ()
    published: str = ""
    title: str = ""
    dek: str = ""
    section: str = ""
    captions: Sequence[str] = ()
    credits: Sequence[str] = ()


@dataclass(slots=True)
class _Hits:
    """Found and true values that meet, over a whole set."""

    both: int = 0
    got: int = 0
    want: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.both / (self.got + self.want)


@dataclass(slots=True)
class Tally:
    """Scores as they add up; pages that were refused count as empty answers."""

    pages: int = 0
    shares: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    hits: dict[str, _Hits] = field(default_factory=lambda: defaultdict(_Hits))

    def add(self, truth: Mapping[str, Any], answer: Answer) -> None:
        """Score one page.

        Args:
            truth: A line of truth.jsonl.
            answer: What the extractor found.
        """
        self.pages += 1
        self._add_body(truth, answer.body)
        if truth.get("authors") is not None:
            got, want = _fold_all(answer.authors), _fold_all(truth["authors"])
            self._count("authors", len(got & want), len(got), len(want))
        if day := _read_time(truth.get("published")):
            found = _read_time(answer.published)
            self.shares["date"].append(float(found is not None and abs(found - day) < SAME_DAY))
        for name in TEXTS:
            if truth.get(name):
                self.shares[name].append(float(fold(getattr(answer, name)) == fold(truth[name])))
        if truth.get("section"):
            self.shares["section"].append(float(fold(answer.section) in {fold(name) for name in truth["section"]}))
        for name in PICTURES:
            if truth.get(name) is not None:
                self._count(name, *_pair(getattr(answer, name), truth[name]))

    def _add_body(self, truth: Mapping[str, Any], body: str) -> None:
        if truth.get("body"):
            words = Counter(tokenize(body))
            wanted = [truth["body"]]
            if truth.get("standfirst"):
                wanted.append(f"{truth['standfirst']}\n{truth['body']}")
            f1, precision, recall = max(_compare(words, Counter(tokenize(text))) for text in wanted)
            for name, share in zip(BODY, (f1, float(f1 >= EXACT), precision, recall), strict=True):
                self.shares[name].append(share)
        folded = ""
        for name, key in SNIPPETS.items():
            if snippets := truth.get(key):
                folded = folded or fold(body)
                self.shares[name].append(sum(fold(snippet) in folded for snippet in snippets) / len(snippets))

    def _count(self, name: str, both: int, got: int, want: int) -> None:
        hits = self.hits[name]
        hits.both, hits.got, hits.want = hits.both + both, hits.got + got, hits.want + want

    def scores(self) -> dict[str, float]:
        """Give the scores that the truth allows, by name, in the order of SCORES."""
        found = {name: sum(shares) / len(shares) for name, shares in self.shares.items()}
        found |= {name: hits.f1 for name, hits in self.hits.items() if hits.got + hits.want}
        return {name: found[name] for name in SCORES if name in found}


def fold(text: str) -> str:
    """Fold a text to its words: no case, accents, punctuation."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(_WORD.findall(plain.casefold()))


def _fold_all(names: Iterable[str]) -> set[str]:
    return {folded for name in names if (folded := fold(name))}


def _read_time(text: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _compare(got: Counter[str], want: Counter[str]) -> tuple[float, float, float]:
    """Give F1, precision and recall of a bag of words."""
    if not got and not want:
        return 1.0, 1.0, 1.0
    both = (got & want).total()
    if not both:
        return 0.0, 0.0, 0.0
    return 2 * both / (got.total() + want.total()), both / got.total(), both / want.total()


def _pair(got: Sequence[str], want: Sequence[str]) -> tuple[int, int, int]:
    """Pair texts with the truth's, each with the one that is most like it of those left; give both, got, want."""
    left = [words for text in want if (words := Counter(tokenize(text)))]
    bags = [words for text in dict.fromkeys(got) if (words := Counter(tokenize(text)))]
    total = len(left)
    for words in bags:
        likeness = [_compare(words, other)[0] for other in left]
        if likeness and max(likeness) >= MEETS:
            del left[likeness.index(max(likeness))]
    return total - len(left), len(bags), total
