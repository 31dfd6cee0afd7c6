from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.markup import class_of, is_hidden, names_of, plain, value_of


def test_names_are_class_id_role_and_kin_in_one_order() -> None:
    assert names_of('div id="b" data-x="no" class="a c" role="main"') == "a c b main"
    assert names_of("div") == ""
    assert class_of('a href="/x" class="link big"') == "link big"


def test_a_value_is_read_with_its_escapes_undone() -> None:
    head = 'img alt="a &gt; b &quot;q&quot;" src="/p?a=1&amp;b=2" hidden=""'
    assert value_of(head, "alt") == 'a > b "q"'
    assert value_of(head, "src") == "/p?a=1&b=2"
    assert value_of(head, "title") == ""


@pytest.mark.parametrize(
    ("head", "hidden"),
    [
        ('div hidden=""', True),
        ('div style="color: red; DISPLAY : none"', True),
        ('div class="sr-only"', True),
        ('div class="hidden md:block"', False),
        ('div class="overflow-hidden"', False),
        ('div class="none"', False),
    ],
)
def test_what_is_not_shown_is_told(head: str, hidden: bool) -> None:
    assert is_hidden(head) is hidden


def test_the_parser_escapes_what_the_walk_cuts_at() -> None:
    tree = LexborHTMLParser("<p title='a < b > c'>1 &lt; 2 &amp;amp; 3&nbsp;4</p>")
    assert tree.body is not None
    assert (tree.body.html or "").count("<") == 4
    assert plain("1 &lt; 2 &amp;amp; 3&nbsp;4") == "1 < 2 &amp; 3\xa04"
