from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract.decode import decode

PAGE = "<html><head><meta charset='{}'></head><body>{}</body></html>"
POLISH = "Zażółć gęślą jaźń, powiedział burmistrz po posiedzeniu rady miasta we wtorek. " * 8
RUSSIAN = "Совет города проголосовал во вторник за восстановление старого причала. " * 8
JAPANESE = "市議会は火曜日、老朽化した桟橋を建て直す計画を可決した。" * 8


def test_bom_wins_over_everything() -> None:
    assert decode(b"\xef\xbb\xbfgr\xc3\xbcn", "text/html; charset=latin-1") == "grün"
    assert decode("grün".encode("utf-16"), "text/html; charset=utf-8") == "grün"


def test_utf_8_is_believed_over_a_wrong_header() -> None:
    assert decode("„Grüße“".encode(), "text/html; charset=iso-8859-1") == "„Grüße“"


def test_latin_1_means_windows_1252() -> None:
    assert decode("“Grüße”".encode("windows-1252"), "text/html; charset=ISO-8859-1") == "“Grüße”"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (POLISH, "iso-8859-2"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
    ],
)
def test_meta_charset_is_read(text: str, charset: str) -> None:
    page = PAGE.format(charset, text)
    assert decode(page.encode(charset)) == page


def test_wrong_header_falls_back_to_detection() -> None:
    page = PAGE.format("", JAPANESE)
    assert JAPANESE in decode(page.encode("shift_jis"), "text/html; charset=utf-8")


def test_utf_8_with_a_few_broken_bytes_stays_utf_8() -> None:
    text = decode(("Zażółć gęślą jaźń. " * 50).encode() + b"\xc5", "text/html; charset=utf-8")
    assert text.startswith("Zażółć gęślą jaźń.")


def test_utf_16_without_bom_is_known_by_its_zero_bytes() -> None:
    assert decode("<html><body>pier</body></html>".encode("utf-16-le")) == "<html><body>pier</body></html>"


@pytest.mark.parametrize("label", ["undefined", "unicode_escape", "idna", "punycode", "hex", "rot13"])
def test_codecs_of_python_are_no_charsets(label: str) -> None:
    page = "<p>Die Fähre</p>".encode("cp1252")
    assert decode(page, f"text/html; charset={label}") == decode(page)


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_never_raises_and_never_gives_nul(payload: bytes, content_type: str | None) -> None:
    assert "\x00" not in decode(payload, content_type)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\ufeff"), max_size=200))
def test_utf_8_comes_back(text: str) -> None:
    assert decode(b"<p>" + text.encode()) == "<p>" + text
