"""Dataset: pages with truth, in the form that benchmarks of this field share.

A folder holds truth.jsonl, one page a line, beside html/ID.html.gz. A truth may have a whole body, or only snippets
that must and must not be in it (with, without); where it has neither, the page's own articleBody serves.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scraper.errors import ConfigError
from scraper.extract.body import Judged, decide
from scraper.extract.reading import read_page
from scraper.lab.labels import align, tokenize
from scraper.url import site_of

MIN_DECLARED_CHARS = 600
DECLARED_COVER = (0.85, 1.3)
"""A declared body is believed where the blocks found in it are about as long as it is: many sites cut it."""
KNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Labeled:
    """One page with a label for each block that is judged.

    Args:
        judged: The page measured.
        labels: 1 body, 0 not, -1 unknown, for each block of the window.
        body: The truth's body, "" where it has none.
        lead: The truth's standfirst, which may be in the body or not.
        inside: Snippets that must be in the body.
        outside: Snippets that must not.
    """

    set_name: str
    page: str
    site: str
    judged: Judged
    labels: npt.NDArray[np.int8]
    body: str
    lead: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def matrix(self) -> npt.NDArray[np.float32]:
        """The features of the window's blocks."""
        return self.judged.matrix

    @property
    def texts(self) -> list[str]:
        """The texts of the window's blocks."""
        window = self.judged.window
        return [block.text for block in self.judged.sheet.layout.blocks[window.start : window.stop]]

    def choose(self, shares: npt.NDArray[np.floating]) -> str:
        """Give the body that extraction makes of what the trees say."""
        blocks = self.judged.sheet.layout.blocks
        return "\n".join(blocks[i].text for i in decide(self.judged, shares).kept)


def bench_folders() -> list[Path]:
    """Give the sets of the folder that BENCH_DATA names.

    Raises:
        ConfigError: It names none.
    """
    folder = Path(os.environ.get("BENCH_DATA", ""))
    found = sorted(path.parent for path in folder.glob("*/truth.jsonl")) if os.environ.get("BENCH_DATA") else []
    if not found:
        raise ConfigError([f"BENCH_DATA: {str(folder)!r} holds no set: a folder with truth.jsonl and html/ for each"])
    return found


def read_truth(folder: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Give each page's truth and bytes."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            truth = json.loads(line)
            with gzip.open(folder / "html" / f"{truth['id']}.html.gz") as file:
                yield truth, file.read()


def read_labeled(folder: Path) -> Iterator[Labeled]:
    """Label the pages of a set; those that tell nothing of a body are left out."""
    for truth, html in read_truth(folder):
        url = truth.get("url") or ""
        page = read_page(html, url=url, content_type=None, fetched_at=None, rule=None)
        judged = page.judged
        if judged.window.start == judged.window.stop:
            continue
        window = slice(judged.window.start, judged.window.stop)
        labels = _label(truth, [block.text for block in page.layout.blocks], judged.known.hints.article_body)[window]
        if (labels < 0).all():
            continue
        yield Labeled(
            folder.name,
            truth["id"],
            site_of(url.split("/")[2]) if url.count("/") > 2 else truth["id"],
            judged,
            labels,
            truth.get("body") or "",
            truth.get("standfirst") or "",
            tuple(truth.get("with") or ()),
            tuple(truth.get("without") or ()),
        )


def _label(truth: dict[str, Any], texts: list[str], declared: str) -> npt.NDArray[np.int8]:
    labels = np.full(len(texts), -1, dtype=np.int8)
    if truth.get("body"):
        labels[:] = [share >= KNOWN for share in align(texts, truth["body"])]
        if truth.get("standfirst"):
            lead = np.array(align(texts, truth["standfirst"])) >= KNOWN
            labels[lead & (labels == 0)] = -1
        return labels
    if len(declared) >= MIN_DECLARED_CHARS:
        shares = np.array(align(texts, declared)) >= KNOWN
        cover = sum(len(text) for text, inside in zip(texts, shares, strict=True) if inside) / len(declared)
        if DECLARED_COVER[0] < cover < DECLARED_COVER[1]:
            labels[:] = shares
    folded = [" ".join(tokenize(text)) for text in texts]
    for value, snippets in ((0, truth.get("without")), (1, truth.get("with"))):
        for snippet in snippets or ():
            wanted = " ".join(tokenize(snippet))
            for i, text in enumerate(folded):
                if wanted and wanted in text:
                    labels[i] = value
    return labels
