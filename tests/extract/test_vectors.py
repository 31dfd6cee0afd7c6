from __future__ import annotations

import numpy as np

from scraper.extract.body import Judged
from scraper.extract.groups import GROUPS, mask_of
from scraper.extract.reading import read_page

PAGE = """<html><body><nav><a href="/">Home</a></nav><article class="story-body"><h1>The pier reopens</h1>
<p>The harbor master opened the northern pier again on Monday, eleven months after two boats had broken loose.</p>
<p>Nobody had been hurt, but the piles were cracked, and the council had to look for money twice.</p>
<div class="newsletter-signup"><p>Sign up for our letter about boats.</p></div>
<p>The first ferry carried four people, a dog and the mail, and came back with one person less.</p>
</article><footer>Imprint</footer></body></html>"""


def featurized(html: str) -> Judged:
    return read_page(html, url="", content_type=None, fetched_at=None, rule=None).judged


def test_every_block_near_the_article_has_a_row_of_finite_numbers() -> None:
    judged = featurized(PAGE)
    assert (judged.window.start, judged.window.stop) == (0, len(judged.sheet.layout.blocks))
    assert len(judged.matrix) == judged.window.stop
    assert np.isfinite(judged.matrix).all()


def test_the_same_page_gives_the_same_numbers() -> None:
    assert (featurized(PAGE).matrix == featurized(PAGE).matrix).all()


def test_all_pages_have_the_same_columns() -> None:
    other = "<html><body>" + "<p>Ein Satz, der lang genug ist, um als Text zu gelten, und noch etwas mehr.</p>" * 9
    assert featurized(PAGE).matrix.shape[1] == featurized(other).matrix.shape[1]


def test_a_page_without_text_has_no_rows() -> None:
    assert len(featurized("<html><body><div></div></body></html>").matrix) == 0


def test_class_words_are_read_through_case_hyphens_and_generated_suffixes() -> None:
    names = list(GROUPS)
    for text in ("newsletter-signup", "NewsletterSignup_x7f", "c-newsletter__box"):
        assert mask_of(text) >> names.index("plea") & 1, text
    assert not mask_of("shadow") >> names.index("ad") & 1
    assert mask_of("ad-slot") >> names.index("ad") & 1
    assert mask_of("css-1x2y3z") == 0
