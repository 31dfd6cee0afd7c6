from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

from tests.report.test_inspector_record import EMPTY

from scraper.article import Block, Conflict, Photo, Removed
from scraper.marked import BlockVerdict, Inspection, Line, LineKind, Marked, MarkedBlock, Run
from scraper.report.inspector import PACKED_CHARS, color_of, render
from scraper.skip import Skip

LIVE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{ 7*7 }}</title></style>"


def page(*lines: tuple[BlockVerdict, str], kind: LineKind = "p") -> Marked:
    blocks = tuple(
        MarkedBlock(verdict, "" if verdict in {"body", "unlisted"} else "rule:x", text) for verdict, text in lines
    )
    return Marked(
        "https://news.example/a", tuple(Line(kind, (Run(text, i),)) for i, (_, text) in enumerate(lines)), blocks
    )


def draw(*lines: tuple[BlockVerdict, str]) -> str:
    return render(Inspection("https://news.example/a", "a file", Skip("list", "a list"), (page(*lines),)))


def paper(html: str) -> str:
    return html[html.index('<div class="paper">') : html.index("</section>")]


def test_every_text_is_escaped_wherever_it_stands() -> None:
    article = replace(
        EMPTY, headline=LIVE, byline=LIVE, authors=(LIVE,), section=LIVE, canonical_url=LIVE,
        body=(Block("paragraph", LIVE),), photos=(Photo(LIVE, LIVE, LIVE, LIVE),), sources={"headline": LIVE},
        removed=(Removed("plea", LIVE, LIVE),), conflicts=(Conflict("headline", LIVE, LIVE),),
    )  # fmt: skip
    runs = (Run(LIVE, 0, ("headline",)), Run(LIVE, None), Run(LIVE, picture=LIVE), Run(LIVE, 1))
    marked = replace(page(("body", LIVE), ("plea", LIVE)), lines=(Line("h1", runs),))
    whole = render(Inspection(LIVE, LIVE, article, (marked,)))
    assert whole.count("<script>") == whole.count("</script>") == 1
    assert whole.count("</style>") == whole.count("</title>") == 1
    assert "<img" not in whole
    assert "{{ 7*7 }}" in whole
    refused = render(Inspection(LIVE, LIVE, Skip(LIVE, LIVE), ()))
    assert refused.count("<script>") == 1
    assert "<img" not in refused


def test_what_would_command_a_terminal_or_turn_text_round_is_written_out() -> None:
    evil = "a\x1b]0;x\x07b\x9bc\u202edcba\u2066e"
    article = replace(EMPTY, headline=evil, photos=(Photo(evil, evil),), conflicts=(Conflict("headline", evil, evil),))
    runs = (Run(evil, 0, ("headline",)), Run(evil), Run(evil, picture=evil))
    marked = replace(page(("body", evil)), lines=(Line("h1", runs),))
    for result in (article, Skip("list", evil)):
        html = render(Inspection(evil, evil, result, (marked,)))
        assert not set(evil) & set(html) - set("a]0;xbcde")
        assert r"a\u001b]0;x\u0007b\u009bc\u202edcba\u2066e" in html


def test_the_policy_allows_its_own_style_and_script_alone() -> None:
    html = draw(("body", "Text."))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        text = html[html.index(f"<{tag}>") + len(tag) + 2 : html.index(f"</{tag}>")]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "unsafe" not in policy[1]
    assert " style=" not in html


def test_links_lead_both_ways_between_page_and_record() -> None:
    html = draw(("body", "Text."), ("plea", "Give."), ("unlisted", "Menu"))
    names = re.findall(r' id="([^"]+)"', html)
    assert len(names) == len(set(names))
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert {"b0-0", "r0-0", "b0-1", "r0-1"} <= targets <= set(names)


def test_a_block_is_labelled_once_and_marked_in_each_of_its_runs() -> None:
    marked = replace(page(("plea", "Give now.")), lines=(Line("p", (Run("Give ", 0), Run("now.", 0, strong=True))),))
    html = paper(render(Inspection("", "a file", Skip("list", ""), (marked,))))
    assert html.count('id="b0-0"') == 1
    assert html.count('class="m ') == 2


def test_menus_are_packed_and_cells_of_a_row_stand_beside_each_other() -> None:
    lines = (
        Line("p", (Run("Home"),)),
        Line("li", (Run("News"),)),
        Line("td", (Run("a", 0),), 5),
        Line("td", (Run("b", 1),), 5),
    )
    blocks = (MarkedBlock("body", "", "a"), MarkedBlock("body", "", "b"))
    html = paper(render(Inspection("", "a file", Skip("list", ""), (Marked("", lines, blocks),))))
    assert '<div class="rest" dir="auto"><span>Home</span> <span>News</span> </div>' in html
    assert html.count('<div class="row">') == 1


def test_short_removed_blocks_of_a_kind_are_drawn_behind_each_other() -> None:
    html = paper(
        draw(("share", "Mail"), ("share", "Print"), ("share", "Copy"), ("plea", "Give"), ("plea", "x" * PACKED_CHARS))
    )
    assert html.count('<div class="pack"') == 1
    assert html.count(">share</a>") == 1
    assert html.count('aria-label="share">•</a>') == 2
    assert html.count(">plea</a>") == 2


def test_body_is_never_packed() -> None:
    assert "pack" not in paper(draw(("body", "One"), ("body", "Two"), ("body", "Three")))


def test_a_body_from_elsewhere_is_said_to_stand_on_no_block() -> None:
    article = replace(EMPTY, body=(Block("paragraph", "From the data."),), sources={"body": "json_ld"})
    assert "taken from the data of the page" in render(Inspection("", "a file", article, (page(("body", "Other.")),)))


def test_hundreds_of_removed_blocks_are_folded_by_kind() -> None:
    html = draw(*[("related", f"Story {number}") for number in range(300)], ("plea", "Give."))
    assert '<details data-kind="related">' in html
    assert '<details data-kind="plea" open>' in html


def test_what_is_left_out_is_said() -> None:
    marked = replace(page(("body", "Text.")), left_out=77)
    assert "77 more characters of this page" in render(Inspection("", "a file", Skip("list", ""), (marked,)))


def test_each_page_of_an_article_has_a_place_of_its_own() -> None:
    html = render(Inspection("", "a file", Skip("list", ""), (page(("body", "One.")), page(("body", "Two.")))))
    assert "page 1 of 2" in html
    assert 'id="b0-0"' in html
    assert 'id="b1-0"' in html


def test_other_kinds_share_a_color() -> None:
    assert color_of("plea") == color_of("ad") != color_of("teaser")
    assert color_of("list_item") == color_of("body") != color_of("pulled_quote")
    assert color_of("legal") == color_of("other") == "rest"
