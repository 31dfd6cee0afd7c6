"""A set of our own making, in the form that benchmarks share."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

LINE = "The ferry to the outer islands ran again on Monday, after a winter in the yard, number {n}, and few came."
PAGE = """<html lang="en"><head><title>Ferry {n} is back</title></head><body><article><h1>Ferry {n} is back</h1>
<p class="byline">By Ana Diaz</p>{body}</article><footer>All rights reserved</footer></body></html>"""


def write_set(folder: Path, pages: int = 6) -> Path:
    (folder / "html").mkdir(parents=True)
    rows = []
    for n in range(pages):
        lines = [LINE.format(n=n), f"Nobody knows when the {n} others will follow, the captain said at the pier."]
        url = f"https://site{n}.example/2026/03/10/ferry"
        rows.append({"id": f"p{n}", "url": url, "title": f"Ferry {n} is back", "body": "\n\n".join(lines)})
        with gzip.open(folder / "html" / f"p{n}.html.gz", "wt", encoding="utf-8") as file:
            file.write(PAGE.format(n=n, body="".join(f"<p>{line}</p>" for line in lines)))
    (folder / "truth.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder
