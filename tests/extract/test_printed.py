from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extract.printed import is_aside, kinds_of, near_texts, read_printed
from scraper.extract.standing import ancestors_of, lines_of, stands_outside, text_of


def first(page: str, selector: str) -> LexborNode:
    node = LexborHTMLParser(page).css_first(selector)
    assert node is not None
    return node


def test_collects_candidates_in_document_order() -> None:
    printed = read_printed(
        LexborHTMLParser("<h1>a</h1><p class=byline>b</p><time>c</time><ol class=breadcrumb></ol><h2>d</h2>")
    )
    assert [spot.node.tag for spot in printed.headings] == ["h1", "h2"]
    assert printed.headings[0].place < printed.byline[0].place < printed.times[0].place < printed.breadcrumb[0].place


def test_kinds_come_from_words_in_class_names() -> None:
    assert "byline" in kinds_of("Article__AuthorName")
    assert set(kinds_of("subheadline")) == {"dek"}
    assert kinds_of("q7-x") == ()


def test_what_stands_beside_the_article_is_told_by_its_class() -> None:
    assert is_aside("related-stories")
    assert not is_aside("has-sidebar")
    assert not is_aside("all-related-sections")


def test_what_holds_the_headline_is_not_beside_it() -> None:
    tree = LexborHTMLParser("<div class=related-x><h1>a</h1><p>b</p></div>")
    heading, paragraph = tree.css_first("h1"), tree.css_first("p")
    assert heading is not None
    assert paragraph is not None
    assert stands_outside(paragraph)
    assert not stands_outside(paragraph, ancestors_of(heading))


def test_lines_follow_blocks_and_leave_out_scripts() -> None:
    node = first("<div>By <b>Ana</b><script>x</script> Diaz<p>Editor</p><style>y</style></div>", "div")
    assert lines_of(node, limit=100) == ["By Ana Diaz", "Editor"]
    assert text_of(node, limit=100) == "By Ana Diaz Editor"


def test_text_over_the_limit_is_none() -> None:
    assert lines_of(first("<p>" + "a " * 500 + "</p>", "p"), limit=100) == []


def test_near_texts_are_own_texts_around_a_place() -> None:
    printed = read_printed(LexborHTMLParser("<p>a</p><h1>b</h1><div><i>c</i></div>" + "<p>d</p>" * 500))
    texts = [text for _, text in near_texts(printed, printed.headings[0].place)]
    assert texts[:2] == ["a", "c"]
    assert len(texts) < 200


def test_a_kicker_before_bare_text_is_not_glued_to_it() -> None:
    tree = LexborHTMLParser("<h1><span>River</span>The bridge is repaired</h1>")
    node = tree.css_first("h1")
    assert node is not None
    assert text_of(node, limit=100) == "River The bridge is repaired"
    tree = LexborHTMLParser("<p><b>Mc</b>Donald</p>")
    node = tree.css_first("p")
    assert node is not None
    assert text_of(node, limit=100) == "McDonald"
