"""Score: how well a choice of blocks meets a page's truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scraper.lab.dataset import Labeled
from scraper.lab.labels import tokenize

EXACT = 0.98


def score(page: Labeled, kept: Sequence[bool]) -> dict[str, float]:
    """Score a choice of blocks: F1 and exactness of the words of a body, shares kept and leaked of snippets."""
    text = "\n".join(block for block, keep in zip(page.texts, kept, strict=True) if keep)
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
