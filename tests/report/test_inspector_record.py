from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from scraper.article import Article, Block, BlockKind, Conflict, Photo, Removed, RemovedKind
from scraper.marked import BlockVerdict, Inspection, Line, Marked, MarkedBlock, Reason, Run
from scraper.report.inspector_record import Entry, list_body, list_close_calls, list_photos, list_removed, list_values
from scraper.skip import Skip

EMPTY = Article("", "", None, None, None, None, (), None, None, (), (), None, None, None, (), (), ())


def block(verdict: BlockVerdict, text: str, rule: str = "", likely: float | None = None) -> MarkedBlock:
    return MarkedBlock(verdict, rule, text, likely, (Reason("length", 1.5),) if likely is not None else ())


def page(*blocks: MarkedBlock) -> Marked:
    return Marked(
        "https://news.example/a", (Line("p", tuple(Run(one.text, i) for i, one in enumerate(blocks))),), blocks
    )


def body_of(texts: list[tuple[BlockKind, str]], *pages: Marked) -> list[str]:
    article = replace(EMPTY, body=tuple(Block(kind, text) for kind, text in texts))
    return [entry.block for entry in list_body(Inspection("", "a file", article, pages))]


def test_blocks_of_the_body_lead_to_their_blocks_on_the_page() -> None:
    marked = page(block("related", "One"), block("body", "One"), block("unlisted", "Two"), block("body", "Two"))
    assert body_of([("paragraph", "One"), ("paragraph", "Two")], marked) == ["0-1", "0-3"]


def test_repeated_text_leads_to_its_own_block_each_time() -> None:
    marked = page(block("body", "Yes."), block("body", "No."), block("body", "Yes."))
    assert body_of([("paragraph", text) for text in ("Yes.", "No.", "Yes.")], marked) == ["0-0", "0-1", "0-2"]


def test_what_was_done_to_a_text_since_does_not_part_it_from_its_block() -> None:
    marked = page(
        block("body", "BERLIN (AP) – The ferry is back."), block("body", "Soft\u00adhyphens  stay."),
        block("body", "a"), block("body", "b"), block("time", "14:05"), block("body", "The end."),
    )  # fmt: skip
    texts: list[tuple[BlockKind, str]] = [
        ("paragraph", "The ferry is back."), ("paragraph", "Softhyphens stay."), ("table_row", "a | b"),
        ("subhead", "2:05 p.m."), ("paragraph", "The end."),
    ]  # fmt: skip
    assert body_of(texts, marked) == ["0-0", "0-1", "0-2", "0-4", "0-5"]


def test_text_that_stands_on_no_block_leads_nowhere_and_the_next_one_is_found() -> None:
    marked = page(block("body", "One"), block("body", "Two"))
    assert body_of([("paragraph", "Other"), ("paragraph", "Two")], marked) == ["", "0-1"]


def test_blocks_of_further_pages_are_named_by_their_page() -> None:
    first, second = page(block("body", "One")), page(block("body", "Two"))
    assert body_of([("paragraph", "One"), ("paragraph", "Two")], first, second) == ["0-0", "1-0"]


def test_removed_blocks_are_known_by_their_rule_and_text() -> None:
    marked = page(block("plea", "Give", "phrase:give"), block("share", "Give", "name:share"), block("body", "Text"))
    cut: list[tuple[RemovedKind, str, str]] = [("share", "Give", "name:share"), ("other", "Text", "opinion:other")]
    article = replace(EMPTY, removed=tuple(Removed(*each) for each in cut))
    assert [entry.block for entry in list_removed(Inspection("", "a file", article, (marked,)))] == ["0-1", ""]


def test_of_a_refused_page_is_shown_what_would_have_been() -> None:
    marked = page(block("body", "Text", likely=0.9), block("ad", "Buy", "phrase:ad"), block("unlisted", "Menu"))
    refused = Inspection("", "a file", Skip("list", "a list"), (marked,))
    assert [(entry.kind, entry.text, entry.block) for entry in list_body(refused)] == [("body", "Text", "0-0")]
    assert [(entry.kind, entry.rule) for entry in list_removed(refused)] == [("ad", "phrase:ad")]
    assert list_values(refused, frozenset()) == []


def test_an_entry_says_all_that_is_known_of_it() -> None:
    marked = page(block("pulled_quote", "Text", likely=0.256), block("plea", "Give", "phrase:give", 0.5))
    entries = list_close_calls(Inspection("", "a file", EMPTY, (marked,)), 5)
    assert [entry.note for entry in entries] == [
        "plea, cut by phrase:give · the trees: 50% likely to be body · length +1.5",
        "pulled quote · the trees: 26% likely to be body · length +1.5",
    ]


def test_fields_say_value_source_place_and_what_contradicts_them() -> None:
    when = datetime(2026, 11, 23, 10, 54, tzinfo=UTC)
    article = replace(
        EMPTY, headline="A ferry", authors=("A", "B"), published_at=when, paywalled=False,
        sources={"headline": "dom", "published_at": "json_ld"},
        conflicts=(Conflict("published_at", "url", "2026-11-22"),),
    )  # fmt: skip
    values = list_values(Inspection("", "a file", article, ()), frozenset({"headline", "byline", "dek"}))
    shown = {value.name: value for value in values}
    assert (shown["headline"].text, shown["headline"].source, shown["headline"].place) == ("A ferry", "dom", "headline")
    assert (shown["authors"].text, shown["authors"].place) == ("A; B", "byline")
    assert (shown["dek"].text, shown["dek"].place) == ("", "")
    assert shown["published_at"].text == "2026-11-23 10:54 UTC"
    assert shown["published_at"].conflicts == (("url", "2026-11-22"),)
    assert shown["paywalled"].text == "no"


def test_photos_lead_to_the_block_that_prints_their_caption_or_credit() -> None:
    removed = [
        Entry("related", "A pier.", "", "0-1"),
        Entry("caption", "A  pier. Photo: X", "", "0-2"),
        Entry("caption", "Foto: Y"),
    ]
    photos = [Photo("a.jpg", "A pier.", "X"), Photo("b.jpg", None, "X"), Photo("c.jpg", "Foto: Y"), Photo("d.jpg")]
    assert [block for _, block in list_photos(photos, removed)] == ["0-2", "0-2", "", ""]
