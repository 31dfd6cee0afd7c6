from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scraper.report.changes import Changes, changed_words


def row(site: str = "a.example", **columns: Any) -> dict[str, Any]:
    return {"site": site, "url": f"https://{site}/1", "warc_record_id": site, **columns}


def examples(was: Any, now: Any) -> str:
    changes = Changes()
    changes.count(1, [(row(column=was), row(column=now))], [], [])
    return changes.columns["column"].examples["a.example"][1]


def test_changes_are_counted_by_column_and_shown_with_an_example_of_each_of_three_sites() -> None:
    changes = Changes()
    pairs = [
        (
            row(f"{site}.example", headline="Old bridge", dek=None),
            row(f"{site}.example", headline="New bridge", dek=dek),
        )
        for site, dek in (("a", None), ("a", None), ("b", "It is"), ("c", None), ("d", None))
    ]
    changes.count(10, pairs, [(row(headline="Gone"), "skip no_body")], [(row("b.example", headline=None), "unchanged")])
    lines = changes.to_lines()
    assert lines[0] == "10 articles have a row in both; 5 of these rows changed"
    assert lines[2:5] == ["1 without a row now", "          1  skip no_body", "             https://a.example/1"]
    assert "1 with a row that had none" in lines
    at = lines.index("          5   50.0%  headline")
    assert lines[at + 1 : at + 3] == ["             https://a.example/1", "               [-Old-]{+New+} bridge"]
    assert [line.strip() for line in lines[at + 1 : at + 7 : 2]] == [f"https://{site}.example/1" for site in "abc"]
    assert lines.index("          1   10.0%  dek") > at
    said = json.loads(json.dumps(changes.to_json()))
    assert said["columns"]["headline"]["rows"] == 5
    assert said["gone"]["skip no_body"]["examples"] == [{"url": "https://a.example/1", "what": "Gone"}]


def test_example_shows_the_first_thing_that_differs() -> None:
    assert examples("One.\n\nTwo is two.\n\nThree.", "One.\n\nTwo is not two.\n\nThree.") == "Two is {+not +}two."
    assert examples(["Ada Poe", "Bo Li"], ["Ada Poe"]) == "[-Bo Li-]"
    assert (
        examples([{"url": "u", "caption": None}], [{"url": "u", "caption": "A boat"}]) == "url: u{+; caption: A boat+}"
    )
    assert examples([("headline", "dom")], [("headline", "rule")]) == "headline: [-dom-]{+rule+}"
    assert examples(None, "x") == "{+x+}"
    assert examples(["a", "b"], ["b", "a"]) == "in another order"
    assert examples(None, []) == "[-null-]{+empty+}"
    assert examples(0.5, None) == "[-0.5-]"
    assert len(examples("a " * 5000, "b " * 5000)) < 250


def test_texts_are_counted_by_how_many_words_changed() -> None:
    changes = Changes()
    long = " ".join(map(str, range(100)))
    for now in (long, f"{long} 100", f"{long} {long[:60]}", "other words"):
        changes.count(1, [(row(text=long), row(text=now))], [], [])
    assert changes.differing == 4
    assert [changes.texts[share] for share in (0.01, 0.1, 0.5)] == [2, 2, 1]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_share_of_changed_words_is_a_distance(one: list[str], other: list[str]) -> None:
    before, after = " ".join(one), " ".join(other)
    share = changed_words(before, after)
    assert 0 <= share <= 1
    assert share == changed_words(after, before)
    assert (share == 0) == (sorted(one) == sorted(other))
