"""HTML file: one page with its style and script in it, that needs nothing else and asks nobody.

A module of its own, because every page for people is made of words of others: text is escaped and printable, a link
leads only to the web, and a policy in the head forbids every request, script and style but the two that stand in it.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scraper.report.printable import printable

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
)
MAX_CHARS = 2000
"""Shown of one text. Set by hand."""


def render_file(name: str, **values: object) -> str:
    """Draw a page of the template NAME.html with the look of html_file.css and NAME.css, and the script NAME.js.

    Args:
        name: Of the template.
        values: What it names. It gets `style`, `script` and `policy` besides.
    """
    style, script = _asset("html_file.css") + _asset(f"{name}.css"), _asset(f"{name}.js")
    policy = POLICY.format(style=_hash(style), script=_hash(script))
    return _environment().get_template(f"{name}.html").render(style=style, script=script, policy=policy, **values)


def web_address(url: str) -> str:
    """Give an address that may be linked to: one of the web; else nothing, as with `javascript:`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and printable(url) == url else ""


def shorten(text: str, most: int = MAX_CHARS) -> str:
    """Bound a text, and say by how much."""
    left = len(text) - most
    return f"{text[:most]} … and {left} more characters" if left > 0 else text


@cache
def _environment() -> Environment:
    from jinja2 import (
        Environment,
        FunctionLoader,
        StrictUndefined,
    )  # a tenth of a second that other commands do without

    environment = Environment(
        loader=FunctionLoader(_asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        # What is Markup is ours, or was printed already.
        finalize=lambda value: printable(value) if type(value) is str else value,
    )  # fmt: skip
    environment.filters["short"] = shorten
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    environment.filters["web"] = web_address
    return environment


@cache
def _asset(name: str) -> str:
    return resources.files("scraper.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
