"""Revision: the body as rules found it, gone over by learned trees.

A module of its own because rules and trees fail differently. Rules know phrases, names and places that are sure; the
trees have seen which of the other blocks readers call the article on many sites. Where a rule is sure, or a site's own
rule names the body, the trees have no say.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from scraper.extract.blocks import Box, Layout
from scraper.extract.body import Found
from scraper.extract.boilerplate import Verdict, read_names
from scraper.extract.trees import Trees
from scraper.extract.vectors import PageHints, featurize

KEEP = 0.5
KEEP_OUTSIDE = 0.6
KEEP_CARD = 0.8
"""Blocks outside the container, cards of other stories and links need to be surer. Source: cross-validation by site,
F1 and exact on fundus-dev .978 / .797 at .5, .979 / .805 at .6 and .8."""

KEEP_CELL = 0.25
"""Cells that the rules keep need less: a table stays whole. Set by hand."""

MIN_KEPT_CHARS = 60
"""Where the trees keep less than this, the rules' body stands."""

_SURE_RULES = ("field", "photo", "rule", "phrase", "beside")
"""What these cut stays cut: the trees have seen truths that hold a plea, a dek or a line that points elsewhere."""


def revise(layout: Layout, found: Found, hints: PageHints) -> Found:
    """Go over a body with the trees.

    Args:
        layout: The page.
        found: What the rules found.
        hints: What the page's metadata says.

    Returns:
        A new Found; every block that the trees cut has a verdict with rule "model:body".
    """
    featured = featurize(layout, hints, found)
    if not featured.blocks:
        return found
    cut = dict(found.cut)
    window = set(featured.blocks)
    kept = [i for i in found.kept if i not in window]
    for i, share in zip(featured.blocks, _trees().predict(featured.matrix), strict=True):
        if keeps(float(share), found.cut.get(i), cell=layout.blocks[i].box.context in {"td", "th"}):
            kept.append(i)
            cut.pop(i, None)
    kept.sort()
    if sum(len(layout.blocks[i].text) for i in kept) < MIN_KEPT_CHARS:
        return found
    for i in set(found.kept).difference(kept):
        cut[i] = _name(layout, i)
    return Found(kept, cut, found.container, found.good)


def keeps(share: float, verdict: Verdict | None, *, cell: bool) -> bool:
    """Decide on a block.

    Args:
        share: The trees' probability that it is body.
        verdict: Why the rules cut it, None where they keep it or have no word on it.
        cell: It stands in a table.
    """
    if verdict is None:
        return share >= (KEEP_CELL if cell else KEEP)
    if verdict.rule.startswith(_SURE_RULES):
        return False
    far = verdict.rule.partition(":")[0]
    return share >= {"container": KEEP_OUTSIDE, "card": KEEP_CARD, "links": KEEP_CARD, "heading": KEEP_CARD}.get(
        far, KEEP
    )


def _name(layout: Layout, i: int) -> Verdict:
    """Say what a block is that the trees cut: what the names around it say, else what it looks like."""
    block = layout.blocks[i]
    box: Box | None = block.box
    while box is not None and box.parent is not None:
        if verdict := read_names(box.names, box.tag):
            return Verdict(verdict.kind, "model:body")
        box = box.parent
    linked = block.link_chars > len(block.text) / 2
    return Verdict("related" if linked else "other", "model:body")


@cache
def _trees() -> Trees:
    with resources.files("scraper.extract").joinpath("body_trees.npz").open("rb") as file:
        return Trees.load(file)
