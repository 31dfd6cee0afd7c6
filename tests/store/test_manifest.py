from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.bucket import Bucket
from tests.store.pages import START

from scraper.errors import StoreError
from scraper.store.manifest import MANIFEST, RETIRED_FOR, Entry, Manifest, is_part_key, part_key, read_manifest, retire

PART = "releases/20261123T105400Z/articles/date=2026-11-23/run1-00000.parquet"
SHA = "0123456789abcdef" * 4


def make(*keys: str) -> Manifest:
    return Manifest("1", START, "here", "r", tuple(Entry(key, 1, SHA, 2) for key in keys))


def test_it_comes_back_as_it_was_written(bucket: Bucket) -> None:
    written = Manifest("1", START, "here", "r", (Entry("a", 1, SHA, 2),), (), (Entry("warc/b", 3, SHA),), {"c": START})
    bucket.write(MANIFEST, written.encode())
    assert read_manifest(bucket.remote()) == written


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is damaged"),
        (b"[]", "is damaged"),
        (b'{"id": 1}', "is damaged"),
        (b'{"version": "x"}', r"is damaged: Expected `int`, got `str` - at `\$\.version`; restore an older version"),
        (replace(make(), version=99).encode(), "newer version"),
        (replace(make(), schema_version=99).encode(), "newer version"),
    ],
)
def test_one_that_cannot_be_understood_is_told(bucket: Bucket, content: bytes, said: str) -> None:
    bucket.write(MANIFEST, content)
    with pytest.raises(StoreError, match=rf"{bucket.address}/manifest\.json: .*{said}"):
        read_manifest(bucket.remote())


def test_parts_are_named_by_path_and_bytes() -> None:
    key = part_key(PART, SHA)
    assert key == "releases/20261123T105400Z/articles/date=2026-11-23/run1-00000.0123456789abcdef.parquet"
    assert is_part_key(key)
    assert is_part_key(part_key("outcomes/date=2026-11-23/merged-1.parquet", SHA))


@pytest.mark.parametrize(
    "key", [PART, "warc/a.warc.gz", MANIFEST, f"mine/{part_key(PART, SHA)}", "articles/date=1/a.b.parquet"]
)
def test_what_is_not_named_so_is_no_part(key: str) -> None:
    assert not is_part_key(key)


@given(st.lists(st.sets(st.sampled_from("abcdef")), min_size=1, max_size=8), st.integers(1, 30))
def test_a_part_is_kept_from_the_moment_it_ends_for_a_day(steps: list[set[str]], hours: int) -> None:
    """Whoever opened the corpus less than a day ago can read it to the end."""
    keys = {name: part_key(f"articles/date=2026-11-23/{name}.parquet", SHA) for name in "abcdef"}
    old: Manifest | None = None
    history: list[tuple[set[str], float]] = []
    for number, names in enumerate(steps):
        now = START + timedelta(hours=hours * number)
        live = {keys[name] for name in names}
        retired = retire(old, live, now)
        readable = live | retired.keys()
        for before, until in history:
            if hours * number - until < RETIRED_FOR / timedelta(hours=1):
                assert before <= readable
        assert not live & retired.keys()
        old = replace(make(*sorted(live)), retired=retired)
        history.append((live, hours * (number + 1)))
