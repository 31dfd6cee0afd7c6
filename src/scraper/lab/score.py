"""Score: how well a body meets a page's truth."""

from __future__ import annotations

from collections import Counter

from scraper.lab.dataset import Labeled
from scraper.lab.labels import tokenize

EXACT = 0.98


def score(page: Labeled, text: str) -> dict[str, float]:
    """Score a body: F1 and exactness of its words, shares kept and leaked of snippets."""
    scores: dict[str, float] = {}
    if page.body:
        words = Counter(tokenize(text))
        truths = [page.body, f"{page.lead}\n{page.body}"] if page.lead else [page.body]
        scores["f1"] = max(_f1(words, Counter(tokenize(truth))) for truth in truths)
        scores["exact"] = float(scores["f1"] >= EXACT)
    folded = " ".join(tokenize(text))
    for name, snippets in (("kept", page.inside), ("leaked", page.outside)):
        if snippets:
            scores[name] = sum(" ".join(tokenize(snippet)) in folded for snippet in snippets) / len(snippets)
    return scores


def _f1(got: Counter[str], want: Counter[str]) -> float:
    both = (got & want).total()
    return 2 * both / (got.total() + want.total()) if both else 0.0
