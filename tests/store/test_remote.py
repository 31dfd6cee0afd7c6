from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from tests.store.bucket import Bucket, Fault

from scraper.errors import ConfigError, GoneError, StoppedError, StoreError
from scraper.store.remote import TRIES, Remote

SMALL = b"<html>" * 100
LARGE = os.urandom(11 << 20)
"""Two parts of an upload."""


def test_what_was_put_is_listed_and_read_back_equal(bucket: Bucket) -> None:
    remote = bucket.remote()
    assert remote.sizes() == {}
    for name, content in (("a/small", SMALL), ("a/b/large", LARGE), ("empty", b"")):
        remote.put(io.BytesIO(content), name)
    assert remote.sizes() == {"a/small": len(SMALL), "a/b/large": len(LARGE), "empty": 0}
    assert remote.get("a/small") == SMALL
    copy = io.BytesIO(b"what stood here before")
    remote.fetch("a/b/large", copy)
    assert copy.getvalue() == LARGE
    with remote.open("a/b/large") as file:
        file.seek(10 << 20)
        assert file.read(100) == LARGE[10 << 20 :][:100]
    remote.remove("a/small")
    remote.remove("a/small")
    assert remote.sizes() == {"a/b/large": len(LARGE), "empty": 0}


def test_a_small_file_is_put_by_one_request(bucket: Bucket) -> None:
    bucket.remote().put(io.BytesIO(SMALL), "small")
    assert [each.method for each in bucket.proxy.asked] == ["PUT"]


@pytest.mark.parametrize("fault", [500, 503, "reset", "lost", "cut"])
def test_what_passes_is_tried_again(bucket: Bucket, fault: Fault) -> None:
    bucket.proxy.fault = lambda asked: fault if asked.number < 2 else None
    remote = bucket.remote()
    remote.put(io.BytesIO(SMALL), "small")
    assert bucket.read("small") == SMALL
    bucket.proxy.heal()
    bucket.proxy.fault = lambda asked: fault if asked.number < 2 else None
    assert remote.get("small") == SMALL
    bucket.proxy.heal()
    bucket.proxy.fault = lambda asked: fault if asked.number < 1 else None
    assert remote.sizes() == {"small": len(SMALL)}
    assert all(0 < wait < 5 for wait in bucket.slept)


@pytest.mark.parametrize(
    ("fault", "at"), [(503, "?uploads"), (500, "partNumber=1"), ("reset", "partNumber=2"), (503, "?uploadId")]
)
def test_an_upload_that_fails_leaves_nothing(bucket: Bucket, fault: Fault, at: str) -> None:
    bucket.proxy.fault = lambda asked: fault if at in asked.path else None
    with pytest.raises(StoreError, match=rf"{bucket.address}/large: cannot be written: it is not reached, or fails"):
        bucket.remote().put(io.BytesIO(LARGE), "large")
    assert len(bucket.slept) == TRIES - 1
    assert bucket.sizes() == {}


@pytest.mark.parametrize("size", [100, len(LARGE)])
@pytest.mark.parametrize("at", ["?uploads", "PUT", "?uploadId"])
def test_what_cannot_be_replaced_stays(bucket: Bucket, size: int, at: str) -> None:
    bucket.write("manifest.json", b"before")
    bucket.proxy.fault = lambda asked: 503 if at in f"{asked.method} {asked.path}" else None
    if size == 100 and at != "PUT":
        bucket.remote().replace(LARGE[:size], "manifest.json")
        assert bucket.read("manifest.json") == LARGE[:size]
        return
    with pytest.raises(StoreError, match="it is not reached, or fails"):
        bucket.remote().replace(LARGE[:size], "manifest.json")
    assert bucket.read("manifest.json") == b"before"
    bucket.proxy.heal()
    bucket.remote().replace(LARGE[:size], "manifest.json")
    assert bucket.read("manifest.json") == LARGE[:size]


def test_an_upload_is_whole_after_a_part_failed_once(bucket: Bucket) -> None:
    bucket.proxy.fault = lambda asked: (
        "reset" if "Number=2" in asked.path and bucket.proxy.count("PUT", "Number=2") == 1 else None
    )
    bucket.remote().put(io.BytesIO(LARGE), "large")
    assert bucket.slept
    assert bucket.read("large") == LARGE


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (301, "the bucket is in another region; set AWS_REGION"),
        (403, "not permitted; see docs/operations.md"),
        (404, "there is no such bucket"),
    ],
)
def test_what_does_not_pass_is_told_at_once(bucket: Bucket, status: int, said: str) -> None:
    bucket.proxy.fault = lambda asked: status
    remote = bucket.remote()
    if status != 404:  # pyarrow lists a bucket that is not there as one that is empty
        with pytest.raises(StoreError, match=f"{bucket.address}: cannot be listed: {said}"):
            remote.sizes()
    with pytest.raises(StoreError, match=f"{bucket.address}/x: cannot be written: {said}"):
        remote.put(io.BytesIO(SMALL), "x")
    with pytest.raises(StoreError, match=f"{bucket.address}/x: (cannot be read: {said}|is not there)"):
        remote.get("x")
    assert bucket.slept == []


def test_a_server_that_never_answers_is_given_up(bucket: Bucket) -> None:
    bucket.proxy.fault = lambda asked: "hang"
    remote = bucket.remote(timeout_s=1, enough=lambda: True)  # after one try
    with pytest.raises(StoreError, match="it is not reached, or fails; try again later"):
        remote.get("x")


def test_what_is_not_there_is_told(bucket: Bucket) -> None:
    with pytest.raises(GoneError, match=f"{bucket.address}/none: is not there"):
        bucket.remote().get("none")
    with pytest.raises(FileNotFoundError):
        bucket.remote().open("none")
    assert bucket.slept == []


def test_an_upload_that_is_stopped_leaves_nothing(bucket: Bucket) -> None:
    asked = iter((False, True, True, True))
    with pytest.raises(StoppedError):
        bucket.remote(enough=lambda: next(asked)).put(io.BytesIO(LARGE), "large")
    assert bucket.sizes() == {}


def test_a_file_that_cannot_be_read_is_told_as_it_is(bucket: Bucket, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        bucket.remote().put(Broken(), "x")
    assert (bucket.slept, bucket.sizes()) == ([], {})


def test_an_upload_holds_little_of_the_file_in_memory(bucket: Bucket) -> None:
    """The pieces that were read and not sent yet: two parts of 10 MB."""
    held = 0

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal held
            sent = bucket.proxy.count("PUT", "partNumber")
            held = max(held, self.tell() - sent * (10 << 20))
            return super().read(size)

    bucket.remote().put(Counted(b"x" * (45 << 20)), "large")
    assert held <= 20 << 20


@pytest.mark.parametrize(
    "address",
    ["", "news", "s3://", "s3:///x", "s3://UPPER/x", "s3://news//x", "s3://news/../x", "s3://news/a b", "s3://n"],
)
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(ConfigError, match="must be like s3://bucket/prefix"):
        Remote(address)


@pytest.mark.parametrize("url", ["127.0.0.1:9000", "ftp://example.org", "http://", "https://example.org/path"])
def test_an_endpoint_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
    with pytest.raises(ConfigError, match=r"AWS_ENDPOINT_URL_S3: .* must be like https"):
        Remote("s3://news/x")


def test_credentials_that_the_bucket_does_not_know_are_refused_at_once(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the server looks at them, as a real one does."""
    from moto import settings

    bucket.write("there", b"x")
    remote = bucket.remote()
    monkeypatch.setattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0.0)
    for ask in (remote.sizes, lambda: remote.get("there"), lambda: remote.put(io.BytesIO(b"y"), "mine")):
        with pytest.raises(StoreError, match=r"not permitted; see docs/operations\.md for the credentials"):
            ask()
    assert bucket.slept == []
    monkeypatch.undo()
    assert bucket.sizes() == {"there": 1}
