from __future__ import annotations

from importlib import resources

import pytest

from scraper.lab import peers

PAGE = resources.files("scraper.demo").joinpath("site/tide-gauge.html").read_bytes()


def test_ours_answers_with_every_field() -> None:
    answer = peers.ours(PAGE, "https://lantern.example/2026/03/10/tide-gauge/")
    assert answer.title.startswith("The tide gauge")
    assert answer.authors == ("Ottoline Grevstad",)
    assert answer.published.startswith("2026-03-10")
    assert answer.credits == ["Orrin Harbor Archive"]
    assert "He was measuring two things" in answer.body


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_finds_the_text(name: str) -> None:
    module = "readability" if name == "readability-lxml" else name.partition(",")[0]
    pytest.importorskip("newspaper" if module == "newspaper4k" else module)
    answer = peers.PEERS[name](PAGE, "https://lantern.example/2026/03/10/tide-gauge/")
    assert "a brass dial at noon" in answer.body


def test_text_in_other_charsets_is_decoded() -> None:
    text = "Die Fähre fährt wieder zu den äußeren Inseln, nach einem Winter in der Werft. " * 5
    assert peers._decode(text.encode()) == text
    assert "hre f" in peers._decode(text.encode("cp1252"))
