"""Evaluation of page kinds: `python -m scraper.lab.page_kinds`.

Prints precision and recall for each kind over pages of our own making, those apart that were held out while the signs
were chosen, and every page of BENCH_DATA, which holds articles, that is refused.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

from scraper.errors import ExtractError
from scraper.extract.assemble import extract_article
from scraper.lab.dataset import bench_folders, read_truth
from scraper.lab.page_cases import Case, make_cases


def tell(html: bytes | str, url: str) -> str:
    """Give the kind of article that a page is, or the reason it is refused with."""
    try:
        return extract_article(html, url=url).kind
    except ExtractError as error:
        return error.reason


def measure(cases: Iterable[Case]) -> dict[str, tuple[int, float, float]]:
    """Give for each kind the number of its pages, precision and recall.

    What is refused with another reason than its own counts as an error of both.
    """
    wanted, given, right = Counter[str](), Counter[str](), Counter[str]()
    for case in cases:
        told = tell(case.html, case.url)
        wanted[case.kind] += 1
        given[told] += 1
        right[case.kind] += told == case.kind
    return {
        kind: (wanted[kind], right[kind] / given[kind] if given[kind] else 0.0, right[kind] / wanted[kind])
        for kind in wanted
    }


def main() -> None:
    """Measure and print."""
    cases = list(make_cases())
    for name, held in (("looked at", False), ("held out", True)):
        print(f"{name:18} pages precision recall")
        for kind, (pages, precision, recall) in measure(c for c in cases if c.held is held).items():
            print(f"  {kind:16} {pages:5} {precision:9.3f} {recall:6.3f}")
    for case in cases:
        if (told := tell(case.html, case.url)) != case.kind:
            print(f"  {case.kind} in the markup {case.theme!r}, {case.language}: told {told}")
    for folder in bench_folders() if os.environ.get("BENCH_DATA") else ():
        kinds = Counter[str]()
        for truth, html in read_truth(folder):
            kind = tell(html, url := truth.get("url") or "")
            kinds[kind] += 1
            if kind not in {"article", "live_blog", "gallery", "video"}:
                print(f"  {kind:14} {truth['id']} {url}")
        print(f"{folder.name:18}", ", ".join(f"{kind} {number}" for kind, number in kinds.most_common()))


if __name__ == "__main__":
    main()
