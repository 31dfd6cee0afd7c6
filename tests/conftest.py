"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from scraper.crawl.browser import find_browser
from scraper.errors import ConfigError

if TYPE_CHECKING:
    from tests.store.bucket import Bucket

# A loaded machine is no failure of the code, and a run that fails must fail again.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser"):
        try:
            find_browser()
        except ConfigError as error:
            pytest.skip(str(error))


@pytest.fixture(scope="session")
def buckets() -> Iterator[Callable[[], Bucket]]:
    pytest.importorskip("moto.server", reason="moto is not installed: nothing that speaks S3 can be asked")
    from tests.store.bucket import serve_buckets

    with serve_buckets() as make:
        yield make


@pytest.fixture
def bucket(buckets: Callable[[], Bucket]) -> Bucket:
    """Give an empty place in a bucket on loopback."""
    return buckets()


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with three weeks of the invented press; only to be read."""
    from scraper.lab.press_corpus import make_corpus

    data = tmp_path_factory.mktemp("press") / "data"
    make_corpus(data)
    return data
