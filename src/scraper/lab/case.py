"""Case: what the extractor is handed, and a file that holds it.

A module of its own because a case that failed is kept, sent and run again, long after the run that made it.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Case:
    """What extract_article is called with, or extract_text.

    Args:
        html: Text without markup where flat.
        steps: What was done to the page, in order.
    """

    html: bytes | str
    url: str
    content_type: str | None
    fetched_at: datetime | None
    steps: tuple[str, ...]
    flat: bool = False


def save_case(case: Case, folder: Path, name: str, reason: str) -> Path:
    """Write a case to a file that load_case reads."""
    folder.mkdir(parents=True, exist_ok=True)
    html = case.html.encode("utf-8", "surrogatepass") if isinstance(case.html, str) else case.html
    told = {
        "reason": reason,
        "steps": case.steps,
        "url": case.url,
        "content_type": case.content_type,
        "fetched_at": case.fetched_at.isoformat() if case.fetched_at else None,
        "text": isinstance(case.html, str),
        "flat": case.flat,
        "html": base64.b64encode(zlib.compress(html)).decode(),
    }
    file = folder / f"{name}.json"
    file.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return file


def load_case(file: Path) -> Case:
    """Read a case that save_case wrote."""
    told = json.loads(file.read_text("utf-8"))
    html = zlib.decompress(base64.b64decode(told["html"]))
    return Case(
        html.decode("utf-8", "surrogatepass") if told["text"] else html,
        told["url"],
        told["content_type"],
        datetime.fromisoformat(told["fetched_at"]) if told["fetched_at"] else None,
        tuple(told["steps"]),
        told["flat"],
    )
