from __future__ import annotations

import pytest

from scraper.extract.assemble import extract_article

SAID = "“We promised them a boat before the lambing. We did not promise them a quiet one.”"
PARAGRAPHS = [
    "The ferry to the island left the north quay on Friday morning, two minutes late, with eleven passengers aboard.",
    "“We promised them a boat before the lambing,” said Bram Oskaryan. “We did not promise them a quiet one.”",
    "The new boat carries 38 passengers and two vehicles, and makes the six miles in half an hour at sea.",
    "The harbor board paid for the hull, less than the lowest bid it had received from a yard outside of the county.",
]


def blocks(quote: str) -> list[tuple[str, str]]:
    first, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    html = f"<html><body><article><h1>Ferry</h1>{first}{quote}{''.join(rest)}</article></body></html>"
    return [(block.kind, block.text) for block in extract_article(html).body]


@pytest.mark.parametrize(
    "quote",
    [
        f"<blockquote>{SAID}</blockquote>",
        f"<aside><p>{SAID}</p></aside>",
        f"<figure><blockquote><p>{SAID}</p></blockquote></figure>",
        f"<p class=pull-quote>{SAID}</p>",
        f"<div class=zitat><h3>{SAID}</h3></div>",
        f"<p>{SAID}</p>",
    ],
)
def test_what_repeats_the_body_and_is_set_apart_is_a_pulled_quote(quote: str) -> None:
    found = blocks(quote)
    assert ("pulled_quote", SAID) in found
    assert [text for kind, text in found if kind == "paragraph"] == PARAGRAPHS


def test_who_is_quoted_belongs_to_the_quote() -> None:
    found = blocks(f"<blockquote><p>{SAID}</p><p>Bram Oskaryan</p></blockquote>")
    assert [kind for kind, _ in found].count("pulled_quote") == 2


def test_a_quotation_that_stands_nowhere_else_is_part_of_the_text() -> None:
    only = (
        "“The board shall not dispose of the schoolhouse, nor let it fall into ruin, so long as one pupil lives there.”"
    )
    assert ("quote", only) in blocks(f"<blockquote>{only}</blockquote>")


def test_a_quoted_subhead_stays_one() -> None:
    assert ("subhead", "“We did not promise them a quiet one.”") in blocks(
        "<h2>“We did not promise them a quiet one.”</h2>"
    )


def test_the_name_alone_is_believed_where_little_has_it() -> None:
    other = "“Everybody on the island knew somebody on the quay.”"
    assert ("pulled_quote", other) in blocks(f"<div class='wp-block-pullquote'><p>{other}</p></div>")
