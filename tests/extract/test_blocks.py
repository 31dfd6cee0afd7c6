from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import ExtractError
from scraper.extract import blocks
from scraper.extract.blocks import lay_out
from scraper.extract.layout import Layout
from scraper.extract.tree import parse


def layout(html: str) -> Layout:
    return lay_out(parse(html))


def texts(html: str) -> list[str]:
    return [block.text for block in layout(html).blocks]


def test_inline_tags_stay_in_their_block() -> None:
    assert texts("<p>The <b>old</b> pier<a href=x>,</a> <i>closed</i>.</p>") == ["The old pier, closed."]


def test_two_line_breaks_split_and_one_does_not() -> None:
    assert texts("<div>one<br>two<br> <br>three<br>&nbsp;<br>four</div>") == ["one two", "three", "four"]


def test_blocks_inside_inline_tags_are_blocks() -> None:
    assert texts("<a href=x><h3>Title</h3><p>Text</p></a>") == ["Title", "Text"]
    assert [block.link_chars for block in layout("<a href=x><h3>Title</h3><p>Text</p></a>").blocks] == [5, 4]


def test_scripts_and_forms_elements_are_no_text() -> None:
    assert texts("<script>x</script><style>y</style><svg><text>z</text></svg><select><option>a</select><p>text") == [
        "text"
    ]


def test_a_form_around_the_page_hides_nothing() -> None:
    assert texts("<form><p>text</p></form>") == ["text"]


def test_ruby_is_joined() -> None:
    assert texts("<p><ruby>桟橋<rp>（</rp><rt>さんばし</rt><rp>）</rp></ruby>を</p>") == ["桟橋を"]


def test_preformatted_text_keeps_its_lines() -> None:
    assert texts("<pre>one\n  two</pre>") == ["one\n  two"]


def test_pictures_stand_in_order_with_lazy_addresses() -> None:
    found = layout("<p>a</p><img src='data:x' data-src='/lazy.jpg' alt=' an  alt '><p>b</p>")
    assert [(p.url, p.alt, p.order) for p in found.pictures] == [("/lazy.jpg", "an alt", 1)]
    assert [block.order for block in found.blocks] == [0, 2]


def test_largest_of_a_srcset_is_taken() -> None:
    found = layout("<picture><source srcset='/s.jpg 300w, /l.jpg 900w'><img alt=x></picture>")
    assert found.pictures[0].url == "/l.jpg"


def test_noscript_gives_pictures_and_no_text() -> None:
    found = layout("<p>text</p><noscript>turn scripts on<img src=/a.jpg></noscript>")
    assert [p.url for p in found.pictures] == ["/a.jpg"]
    assert [block.text for block in found.blocks] == ["text"]


def test_hidden_elements_are_marked() -> None:
    found = layout("<div style='display: none'><p>a</p></div><div class='hidden md:block'><p>b</p></div>")
    assert [block.box.hidden for block in found.blocks] == [True, False]


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAX_BOXES", 10)
    with pytest.raises(ExtractError) as caught:
        layout("<p>a</p>" * 20)
    assert caught.value.reason == "too_many_elements"


TAGS = st.sampled_from(
    ["<div>", "</div>", "<p>", "</p>", "<a href=x>", "</a>", "<b>", "</b>", "<br>", "<li>", "<table>", "x ", "yz."]
)


@given(st.lists(TAGS, max_size=40))
def test_every_character_comes_out_once(parts: list[str]) -> None:
    tree = parse("".join(parts))
    whole = "".join((tree.body.text() if tree.body else "").split())
    assert "".join("".join(block.text.split()) for block in lay_out(tree).blocks) == whole
