from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.blocks import lay_out
from scraper.extract.tokens import is_around_figure, mend, skip, skip_comment
from scraper.extract.tree import parse


def cut(markup: str) -> list[str]:
    return markup.split("<")


def test_an_element_is_stepped_over_with_all_of_its_name_in_it() -> None:
    tokens = cut("<svg><g><svg>a</svg></g></svg>b<p>c</p>")
    at, text = skip(tokens, 2, "svg")
    assert (tokens[at], text) == ("p>c", "b")


def test_names_in_raw_text_open_nothing() -> None:
    tokens = cut("<iframe>see <iframe> here</iframe>b<p>c</p>")
    at, text = skip(tokens, 2, "iframe")
    assert (tokens[at], text) == ("p>c", "b")


def test_a_comment_may_hold_markup() -> None:
    tokens = cut("<!-- <p>a</p> > -->b<p>c</p>")
    at, text = skip_comment(tokens, 1)
    assert (tokens[at], text) == ("p>c", "b")


def test_a_start_tag_with_a_bracket_in_a_name_is_one() -> None:
    tokens = cut('<a x<y="">b<p>c</p>')
    assert mend(tokens, 1) == ('a x<y=""', "b", 3)


def test_what_never_ends_is_stepped_over_to_the_end() -> None:
    assert skip(cut("<svg><p>a"), 2, "svg") == (3, "")
    assert skip_comment(cut("<!-- a"), 1) == (2, "")


def test_a_button_around_a_figure_is_told() -> None:
    assert is_around_figure(cut("<button><figure></figure></button>"), 2)
    assert not is_around_figure(cut("<button>a</button><figure>"), 2)


@given(st.text(alphabet="<>/!-\"'= apbrdivsg&;\n", max_size=120))
def test_the_walk_loses_no_word_of_a_broken_page(markup: str) -> None:
    tree = parse(f"<body>{markup}<p>the end</p></body>")
    for node in tree.css("script, style, svg, title, textarea, option, select, iframe, template, noscript, object"):
        node.decompose()
    words = (tree.body.text(separator=" ") if tree.body else "").split()
    shown = " ".join(block.text for block in lay_out(tree).blocks).split()
    assert sorted("".join(words)) == sorted("".join(shown))
