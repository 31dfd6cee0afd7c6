"""A bucket on loopback: moto's S3 server, and between it and the client a proxy that fails as it is told."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pyarrow import fs

from scraper.store.remote import Remote

BUCKET = "news"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its method, its path with the query, and how many came before it."""

    method: str
    path: str
    number: int


Fault = str | int | None
"""What is done in place of an answer: a status, "reset" in the middle of the request's body, "cut" in the middle of the
answer's, "lost" once the server has done what was asked, "hang"; None for nothing."""


@dataclass(slots=True)
class Proxy:
    """What came by, what is to fail, and what is to happen after a change, before the client hears of it."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    fault: Callable[[Asked], Fault] = lambda asked: None
    changed: Callable[[Asked], object] = lambda asked: None

    def count(self, method: str, word: str = "") -> int:
        return sum(each.method == method and word in each.path for each in self.asked)

    def heal(self) -> None:
        self.fault, self.changed = lambda asked: None, lambda asked: None
        self.asked.clear()


class Bucket:
    """A place in a bucket of its own, asked through the proxy, and looked into past it."""

    def __init__(self, proxy: Proxy, upstream: int, prefix: str) -> None:
        self.proxy, self.root, self.address = proxy, f"{BUCKET}/{prefix}", f"s3://{BUCKET}/{prefix}"
        self.slept: list[float] = []
        self._direct = fs.S3FileSystem(
            endpoint_override=f"127.0.0.1:{upstream}", scheme="http", allow_delayed_open=True
        )

    def remote(self, *, enough: Callable[[], bool] = lambda: False, timeout_s: float = 10) -> Remote:
        return Remote(self.address, enough=enough, sleep=self.slept.append, sdk_tries=1, timeout_s=timeout_s)

    def sizes(self) -> dict[str, int]:
        """Give what is there, whether it counts or not."""
        found = self._direct.get_file_info(fs.FileSelector(self.root, recursive=True, allow_not_found=True))
        return {each.path.removeprefix(f"{self.root}/"): each.size for each in found if each.is_file}

    def read(self, key: str) -> bytes:
        with self._direct.open_input_stream(f"{self.root}/{key}", compression=None) as stream:
            content: bytes = stream.read()
            return content

    def write(self, key: str, content: bytes) -> None:
        with self._direct.open_output_stream(f"{self.root}/{key}", compression=None) as stream:
            stream.write(content)

    def remove(self, key: str) -> None:
        self._direct.delete_file(f"{self.root}/{key}")


@contextlib.contextmanager
def serve_buckets() -> Iterator[Callable[[], Bucket]]:
    """Serve as many places as are asked for, each through a proxy that has forgotten the one before."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ |= ENVIRONMENT
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    numbers = itertools.count()
    try:
        port = server.get_host_and_port()[1]
        with serve_proxy(port) as proxy:
            maker = fs.S3FileSystem(endpoint_override=f"127.0.0.1:{port}", scheme="http", allow_bucket_creation=True)
            maker.create_dir(BUCKET)
            os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{proxy.port}"

            def make() -> Bucket:
                proxy.heal()
                return Bucket(proxy, port, f"corpus{next(numbers)}")

            yield make
    finally:
        for name in (*ENVIRONMENT, "AWS_ENDPOINT_URL"):
            os.environ.pop(name, None)
        server.stop()


_CODES = {
    301: "PermanentRedirect",
    403: "AccessDenied",
    404: "NoSuchBucket",
    500: "InternalError",
    503: "SlowDown",
}


@contextlib.contextmanager
def serve_proxy(upstream: int) -> Iterator[Proxy]:
    """Pass requests on to a port of loopback."""
    proxy = Proxy()
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else an answer waits 40 ms for the client's acknowledgement

        def handle_one_request(self) -> None:
            with contextlib.suppress(ConnectionError):
                super().handle_one_request()

        def log_message(self, *said: object) -> None:
            pass

        def pass_on(self) -> None:
            asked = Asked(self.command, self.path, len(proxy.asked))
            proxy.asked.append(asked)
            fault = proxy.fault(asked)
            body = b"".join(self.pieces(fault))
            if fault == "reset":
                return self.reset()
            if fault == "hang":
                released.wait(30)
                return self.reset()
            if isinstance(fault, int):
                code = _CODES[fault]
                return self.answer(fault, [], f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())
            connection = http.client.HTTPConnection("127.0.0.1", upstream)
            with contextlib.closing(connection):
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in ("connection", "expect"):
                        connection.putheader(name, value)
                connection.endheaders(body)
                answer = connection.getresponse()
                payload = answer.read()
            if fault == "lost":
                return self.reset()
            if self.command in ("PUT", "POST", "DELETE"):
                proxy.changed(asked)
            return self.answer(answer.status, answer.getheaders(), payload, cut=fault == "cut")

        def pieces(self, fault: Fault) -> Iterator[bytes]:
            """Read the body, to be passed on as it is; of one that is to be reset only the first piece."""
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                yield self.rfile.read(int(self.headers.get("Content-Length", 0)) // (1 + (fault == "reset")))
                return
            while True:
                head = self.rfile.readline()
                size = int(head.split(b";")[0], 16)
                yield head + self.rfile.read(size + 2)
                if not size or fault == "reset":
                    return

        def answer(self, status: int, headers: list[tuple[str, str]], payload: bytes, *, cut: bool = False) -> None:
            self.send_response_only(status)
            names = {name.lower() for name, _ in headers}
            for name, value in headers:
                if name.lower() not in ("connection", "transfer-encoding"):
                    self.send_header(name, value)
            if "content-length" not in names:
                self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(payload[: len(payload) // 2] if cut else payload)
            if cut:
                self.wfile.flush()
                self.reset()

        def reset(self) -> None:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = pass_on  # noqa: N815

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def shutdown_request(self, request: object) -> None:
            with contextlib.suppress(OSError):
                super().shutdown_request(request)  # type: ignore[arg-type]

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            released.set()
            server.shutdown()
