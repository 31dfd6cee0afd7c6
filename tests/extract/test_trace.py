from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract import trace as traced
from scraper.extract.blocks import lay_out
from scraper.extract.reading import Reading, read_page
from scraper.extract.trace import Traced, trace
from scraper.extract.tree import parse

SITE = Path(__file__).parents[2] / "src/scraper/demo/site"
PAGES = sorted(SITE.glob("*.html"))


def read(html: str | bytes) -> Reading:
    return read_page(html, url="https://news.example/a", content_type=None, fetched_at=None, rule=None)


def trace_of(html: str | bytes) -> tuple[Reading, Traced]:
    page = read(html)
    return page, trace(page.tree, page.layout, page.fields.nodes, "https://news.example/a")


def texts_of(found: Traced) -> dict[int, str]:
    texts: dict[int, str] = {}
    for line in found.lines:
        for run in line.runs:
            if run.block is not None:
                texts[run.block] = texts.get(run.block, "") + run.text
    return {block: "".join(text.split()) for block, text in texts.items()}


def without_blanks(page: Reading) -> dict[int, str]:
    return {i: "".join(block.text.split()) for i, block in enumerate(page.layout.blocks)}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_runs_of_a_block_are_its_text(file: Path) -> None:
    page, found = trace_of(file.read_bytes())
    assert texts_of(found) == without_blanks(page)


PIECES = st.sampled_from([
    "<p>", "</p>", "<div class='a'>", "</div>", "<b>", "</b>", "<br>", "<br><br>", "<li>", "<table><tr><td>", "</td>",
    "</table>", "<button>", "</button>", "<noscript>", "</noscript>", "<svg><text>", "</text></svg>", "<!-- x -->",
    "<img src=a.jpg alt='&lt;a>'>", "<hr>", "<p a<b=1>", "&amp;&nbsp;", "one ", "two", " three\n", "<figure>",
    "</figure>", "<pre>", "</pre>",
])  # fmt: skip


@given(st.lists(PIECES, max_size=40))
def test_runs_of_a_block_are_its_text_whatever_the_markup(pieces: list[str]) -> None:
    html = "<body>" + "".join(pieces)
    tree = parse(html)
    layout = lay_out(tree)
    found = trace(tree, layout, {}, "")
    assert texts_of(found) == {i: "".join(block.text.split()) for i, block in enumerate(layout.blocks)}


def test_blocks_that_line_breaks_part_have_their_own_runs() -> None:
    _, found = trace_of("<body><div>First <b>part</b>.<br><br>Second part.<br>Its end.</div>")
    assert texts_of(found) == {0: "Firstpart.", 1: "Secondpart.Itsend."}


def test_text_that_the_walk_does_not_read_is_shown_and_belongs_to_no_block() -> None:
    _, found = trace_of("<body><p>Text.</p><button>Press me</button><noscript>Without scripts</noscript>")
    shown = {run.text.strip(): run.block for line in found.lines for run in line.runs}
    assert shown == {"Text.": 0, "Press me": None, "Without scripts": None}


def test_nothing_of_what_is_no_text_is_shown() -> None:
    html = "<body><p>Text.</p><script>alert(1)</script><style>p{}</style><svg><text>x</text></svg><iframe>y</iframe>"
    _, found = trace_of(html + "<template><p>z</p></template><select><option>w</select>")
    assert [run.text for line in found.lines for run in line.runs] == ["Text."]


def test_lines_tell_what_they_stand_in() -> None:
    html = "<h1>Head</h1><ul><li>One</li></ul><table><tr><td>a</td><td>b</td></tr></table><pre>x\n  y</pre>"
    _, found = trace_of(f"<body>{html}")
    assert [line.kind for line in found.lines] == ["h1", "li", "td", "td", "pre"]
    rows = [line.row for line in found.lines]
    assert rows[2] == rows[3] > 0 == rows[0]
    assert found.lines[4].runs[0].text == "x\n  y"


def test_elements_of_fields_are_marked_themselves() -> None:
    html = (SITE / "tide-gauge.html").read_bytes()
    page, found = trace_of(html)
    for name, value in (("headline", page.fields.headline), ("byline", page.fields.byline), ("dek", page.fields.dek)):
        runs = [run.text for line in found.lines for run in line.runs if name in run.fields]
        assert " ".join("".join(runs).split()) == value


def test_pictures_are_named_by_address_and_text_alone() -> None:
    html = "<figure><img src='/big.jpg' alt='A bridge' width=800 height=600 onerror=alert(1)></figure><p>Text.</p>"
    _, found = trace_of(f"<body>{html}")
    pictures = [run for line in found.lines for run in line.runs if run.picture]
    assert [(run.text, run.picture) for run in pictures] == [("A bridge", "https://news.example/big.jpg")]


def test_what_is_too_much_is_counted_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traced, "MAX_SHOWN_CHARS", 12)
    _, found = trace_of("<body><p>First text.</p><p>Second text.</p>")
    assert [run.text for line in found.lines for run in line.runs] == ["First text."]
    assert found.left_out == len("Second text.")


def test_another_layout_is_no_layout_of_the_page() -> None:
    page, other = read("<body><p>One text.</p>"), read("<body><p>Another text.</p>")
    with pytest.raises(ValueError, match="second walk"):
        trace(page.tree, other.layout, {}, "")
