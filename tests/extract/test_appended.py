from __future__ import annotations

import pytest

from scraper.extract.assemble import extract_article

OWN = [
    "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of years between owners.",
    "Work will begin in April, the mayor told reporters after the vote, and last until the autumn of next year.",
    "Fishermen had asked for a new pier since the storm of 2019, which tore away a third of the old deck.",
    "The council will pay for it from a fund that it keeps for roads, a spokeswoman said on Wednesday.",
]
NEXT = [
    "A second storm reached the coast of the island on Friday and cut the power in four villages for hours.",
    "The grid's owner sent forty people to mend the lines, and most homes had light again by Saturday noon.",
    "It was the third cut of this winter, and the villages have asked for cables below the ground instead.",
    "Nobody was hurt, the police said, but a barn burned down near the lighthouse at the northern cape.",
]
HEAD = "<h1>Council votes for a new ferry pier</h1><p class=byline>By Eva Berg, May 3, 2024</p>"
BY = "<p>By Jon Dahl</p><p>May 2, 2024</p>"
BUTTONS = "<div>keep reading</div><div>Show less</div>"


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


PAGES = {
    "in one box": f"<div>{HEAD}{paragraphs(OWN)}<h2>Storm cuts power</h2>{BY}{paragraphs(NEXT)}</div>",
    "with an h1": f"<div>{HEAD}{paragraphs(OWN)}<h1>Storm cuts power</h1>{BY}{paragraphs(NEXT)}</div>",
    "between buttons": f"<div>{HEAD}{paragraphs(OWN)}{BUTTONS}<h2>Storm cuts power</h2>{paragraphs(NEXT)}{BUTTONS}"
    "</div>",
    "in own articles": f"<main><article>{HEAD}{paragraphs(OWN)}</article><article data-url=/b><h2><a href=/b>Storm cuts"
    f" power</a></h2>{BY}{paragraphs(NEXT)}</article></main>",
    "in boxes for endless scrolling": f"<main><div>{HEAD}{paragraphs(OWN)}</div><div class=infinite-scroll>"
    f"<h2><a href=/b>Storm cuts power</a></h2>{BY}{paragraphs(NEXT)}</div></main>",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_whole_story_behind_the_article_is_a_teaser(page: str) -> None:
    article = extract_article(f"<body>{PAGES[page]}</body>")
    assert [block.text for block in article.body] == OWN
    kinds = {removed.text: removed.kind for removed in article.removed}
    assert {kinds[text] for text in NEXT} == {"teaser"}


@pytest.mark.parametrize(
    "behind",
    [
        f"<h2>What comes next</h2>{paragraphs(NEXT)}",
        f"<h2>Who pays</h2><p>By 2026 the fund will be empty, the council says in its plan.</p>{paragraphs(NEXT)}",
        f"<button>Continue reading</button>{paragraphs(NEXT)}",
    ],
)
def test_the_rest_of_the_article_stays(behind: str) -> None:
    article = extract_article(f"<body><article>{HEAD}{paragraphs(OWN)}{behind}</article></body>")
    assert set(NEXT) <= {block.text for block in article.body}
