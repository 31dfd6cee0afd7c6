"""Remote: a place in a bucket of S3 or of what speaks its protocol, and the few things that are done there.

A module of its own, because it alone knows pyarrow.fs: what passes is tried again here, what does not is told with the
address and the way out, and memory is bounded however large a file is.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

from pyarrow import fs
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential_jitter

from scraper.config import is_remote
from scraper.errors import ConfigError, GoneError, StoppedError, StoreError

TRIES = 4
"""Each after a wait of some 1, 2, 4 s; below that, a request is tried SDK_TRIES times by the AWS SDK."""
SDK_TRIES = 2
TIMEOUT_S = 10.0
"""A request without a byte in either direction for so long has failed."""
CONNECT_TIMEOUT_S = 5.0

_PART_BYTES = 10 << 20
"""pyarrow's size of the parts of an upload; smaller files go in one request."""
_PARTS_AHEAD = 2
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_LASTING = re.compile(
    r"AWS Error (?:\w*(?:ACCESS|SIGNATURE|TOKEN|CREDENTIALS|AUTHENTICATION|NO_SUCH|INVALID|NOT_SIGNED|VALIDATION)\w*"
    r"|[\w ]+\(HTTP status (?:3\d\d|4(?!08|29)\d\d)\))"
)
"""What pyarrow makes of an answer that another try would get too."""

Result = TypeVar("Result")


class Remote:
    """A folder of a bucket. Nothing is asked before it is used.

    Credentials and region come from where AWS programs look for them: AWS_ACCESS_KEY_ID and its like, the profile, the
    role of the machine. The endpoint is that of AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, else Amazon's.

    Args:
        address: Such as s3://bucket/prefix.
        enough: Tells that no more is to be tried.
        sleep: Waits between two tries, seconds.
        sdk_tries: Tries of a request before it counts as failed.
        timeout_s: Seconds without a byte after which a request has failed.

    Raises:
        ConfigError: It is no such address, or the endpoint none.
    """

    def __init__(
        self,
        address: str,
        *,
        enough: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], Any] = time.sleep,
        sdk_tries: int = SDK_TRIES,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        if not is_remote(address):
            raise ConfigError([f"{address!r}: must be like s3://bucket/prefix, in ASCII"])
        self.address = address.rstrip("/")
        self.root = self.address.removeprefix("s3://")
        self._enough, self._sleep = enough, sleep
        self._sdk_tries, self._timeout_s = sdk_tries, timeout_s
        self._endpoint = _endpoint()

    @cached_property
    def _system(self) -> fs.S3FileSystem:
        return self._open_system(one_request=True)

    @cached_property
    def _system_of_large(self) -> fs.S3FileSystem:
        return self._open_system(one_request=False)

    def _open_system(self, *, one_request: bool) -> fs.S3FileSystem:
        return fs.S3FileSystem(
            **self._endpoint,
            connect_timeout=CONNECT_TIMEOUT_S,
            request_timeout=self._timeout_s,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=self._sdk_tries),
            # Without it even a small file takes three requests; with it a large one whose upload can't begin is there
            # empty in the end, and in the place of what was there.
            allow_delayed_open=one_request,
        )

    def sizes(self) -> dict[str, int]:
        """Give the bytes of all that is there, by key: one request per thousand. In no bucket there is nothing."""
        selector = fs.FileSelector(self.root, recursive=True, allow_not_found=True)
        found = self._try("listed", "", lambda: self._system.get_file_info(selector))
        return {each.path[len(self.root) + 1 :]: each.size for each in found if each.type is fs.FileType.File}

    def put(self, source: BinaryIO, key: str) -> None:
        """Send a file from its beginning; under its key it is there whole or not at all, as long as this goes on.

        Raises:
            StoreError: It can't be sent; nothing new is there, but for what the next listing shows with another size.
            OSError: The file can't be read.
            StoppedError: It was enough in between.
        """
        self._try("written", key, lambda: self._send(source, key))

    def replace(self, content: bytes, key: str) -> None:
        """Put a small file in the place of another in one request; after an error either of them is there.

        Raises:
            StoreError: It can't be sent, or whether it was is not known.
        """
        self._try("written", key, lambda: self._write(content, key))

    def get(self, key: str) -> bytes:
        """Read a small file.

        Raises:
            GoneError: There is none.
            StoreError: It can't be read.
        """
        return self._try("read", key, lambda: self._read(key))

    def fetch(self, key: str, target: BinaryIO) -> None:
        """Copy a file into one that is open for writing, from its beginning.

        Raises:
            GoneError, StoreError: As get.
        """
        self._try("read", key, lambda: self._copy(key, target))

    def open(self, key: str) -> Any:
        """Open a file to be read at any place: each read is a request. Raises as get; reading raises OSError."""
        return self._try("read", key, lambda: self._system.open_input_file(self._path(key)))

    def read_at(self, file: Any, key: str, offset: int, count: int) -> bytes:
        """Read a range of an opened file, again where a request fails. Raises as get."""
        return self._try("read", key, lambda: bytes(file.read_at(count, offset)))

    def remove(self, key: str) -> None:
        """Remove a file; that it is gone already is fine."""
        with contextlib.suppress(GoneError):
            self._try("removed", key, lambda: self._system.delete_file(self._path(key)))

    def _path(self, key: str) -> str:
        return f"{self.root}/{key}"

    def _send(self, source: BinaryIO, key: str) -> None:
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        stream = self._open_stream(key, size)
        try:
            ahead = 0
            while piece := source.read(_PART_BYTES):
                if self._enough():
                    raise StoppedError
                stream.write(piece)
                # Parts are sent behind our back, and would all be held in memory.
                ahead = (ahead + 1) % _PARTS_AHEAD
                if not ahead:
                    stream.flush()
            stream.close()
        except BaseException as error:
            # pyarrow has no way to give an upload up. Where one of its requests has failed, closing it sends nothing
            # more and leaves what was there. Else it completes what was sent, which is not the file.
            with contextlib.suppress(OSError):
                stream.close()
                if not _is_of_bucket(error):
                    self._system.delete_file(self._path(key))
            raise

    def _write(self, content: bytes, key: str) -> None:
        stream = self._open_stream(key, len(content))
        try:
            stream.write(content)
        finally:
            stream.close()

    def _open_stream(self, key: str, size: int) -> Any:
        system = self._system if size < _PART_BYTES else self._system_of_large
        return system.open_output_stream(self._path(key), compression=None)

    def _read(self, key: str) -> bytes:
        with self._system.open_input_stream(self._path(key), compression=None) as stream:
            content: bytes = stream.read()
            return content

    def _copy(self, key: str, target: BinaryIO) -> None:
        target.seek(0)
        target.truncate()
        with self._system.open_input_stream(self._path(key), compression=None) as stream:
            while piece := stream.read(_PART_BYTES):
                if self._enough():
                    raise StoppedError
                target.write(piece)

    def _try(self, done: str, key: str, do: Callable[[], Result]) -> Result:
        """Do it until it succeeds, it can't, or it is enough, and map what pyarrow raises."""
        where = f"{self.address}/{key}" if key else self.address
        retrying = Retrying(
            retry=retry_if_exception(lambda error: _is_of_bucket(error) and not _LASTING.search(str(error))),
            stop=self._stops,
            wait=wait_exponential_jitter(initial=1, max=30, jitter=1),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(do)
        except FileNotFoundError as error:
            raise GoneError(f"{where}: is not there, or there is no such bucket") from error
        except OSError as error:
            if not _is_of_bucket(error):
                raise
            raise StoreError(f"{where}: cannot be {done}: {_advice(str(error))}: {error}") from error

    def _stops(self, state: RetryCallState) -> bool:
        return state.attempt_number >= TRIES or self._enough()


def _endpoint() -> dict[str, Any]:
    """Give the endpoint that the environment names: this pyarrow heeds it in addresses only."""
    name, url = next(((name, url) for name in _ENDPOINTS if (url := os.environ.get(name))), ("", ""))
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.path not in ("", "/"):
        raise ConfigError([f"{name}: {url!r} must be like https://s3.example.org"])
    return {"scheme": parts.scheme, "endpoint_override": parts.netloc}


def _is_of_bucket(error: BaseException) -> bool:
    """Tell it from what the disk says, which has a number; that a file is not there has one too."""
    return isinstance(error, OSError) and error.errno is None


def _advice(said: str) -> str:
    if "NO_SUCH_BUCKET" in said:
        return "there is no such bucket; make it, or correct [store] remote"
    if re.search(r"ACCESS|SIGNATURE|TOKEN|CREDENTIALS|HTTP status 40[13]", said):
        return "not permitted; see docs/operations.md for the credentials and the rights that are needed"
    if re.search(r"HTTP status 3\d\d|configured region", said):
        return "the bucket is in another region; set AWS_REGION"
    return "it is not reached, or fails; try again later"
