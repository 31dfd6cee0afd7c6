from __future__ import annotations

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.wire import documents
from tests.wire.server import Conversation, Server, Talk
from tests.wire.troubles import ALL, PAGE, XML, Trouble

ROOT = Path(__file__).parents[2]
PEAK_BYTES = 400_000_000
LIMIT_S = 40.0
"""Until the last trouble has ended: 160 of them share 100 turns, and some hold theirs for two times timeout_s."""
HONEST_DELAY_S = 0.2
"""A twenty-fifth of the default, so that a loop that stands still would show."""
SETTINGS = {
    "delay_s": 0.0,
    "timeout_s": 8.0,
    "connect_timeout_s": 3.0,
    "tries": 2,
    "backoff_s": 0.2,
    "max_wait_s": 2.0,
    "hosts_at_once": 100,
}
assert documents


def honest(pages: int) -> Conversation:
    async def converse(talk: Talk) -> None:
        if talk.path == "/feed":
            links = "".join(f"<item><link>http://{talk.host}:{talk.port}/{n}</link></item>" for n in range(pages))
            await talk.answer(f"<rss><channel>{links}</channel></rss>".encode(), XML)
        elif talk.path.startswith(("/robots.txt", "/.well-known/")):
            await talk.answer(b"", status="404 Not Found")
        else:
            await talk.answer(PAGE * 10, "Content-Type: text/html")

    return converse


def crawl(sites: dict[str, dict[str, Any]], authority: str = "", **more: Any) -> dict[str, Any]:
    settings = (
        SETTINGS | more | {"allow_private_hosts": [host for host in sites if not host.startswith(("rebind", "mixed"))]}
    )
    plan = {"sites": sites, "fetch": settings, "authority": authority}
    process = subprocess.run(
        [sys.executable, "-c", "from tests.wire.crawl import main; import sys; main(sys.stdin)"],
        input=json.dumps(plan), text=True, capture_output=True, timeout=120, check=False, cwd=ROOT,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    result: dict[str, Any] = json.loads(process.stdout)
    return result


def site_of(trouble: Trouble, port: int) -> dict[str, Any]:
    listing = {"feed": "feeds", "sitemap": "sitemaps", "front_page": "front_pages"}.get(trouble.kind, "feeds")
    return {listing: [f"http://{trouble.host}:{port}{trouble.path}"]}


def url_of(trouble: Trouble, port: int) -> str:
    return f"http://{trouble.host}:{port}{'/feed' if trouble.kind == 'robots' else '/x'}"


def campaign(troubles: Iterable[Trouble], pages: int, delay_s: float) -> tuple[dict[str, str], dict[str, Any], Server]:
    """Crawl all troubles at once, and an honest site beside them; give those that ended otherwise than they must."""
    troubles = list(troubles)
    hosts: dict[str, Conversation] = {trouble.host: trouble.converse for trouble in troubles}
    with Server(hosts | {"honest.test": honest(pages)}) as server:
        sites = {trouble.host: site_of(trouble, server.port) for trouble in troubles}
        sites["honest.test"] = {"feeds": [f"http://honest.test:{server.port}/feed"], "delay_s": delay_s}
        result = crawl(sites)
        wrong = {
            trouble.name: f"{got[0]} ({got[2]}), not {trouble.reason}"
            for trouble in troubles
            if (got := result["visits"].get(url_of(trouble, server.port), ("not visited", 0, "")))[0] != trouble.reason
        }
    return wrong, result, server


def rate(times: list[float]) -> float:
    return (len(times) - 1) / (times[-1] - times[0])


def test_quick_troubles_end_in_their_reasons() -> None:
    wrong, result, _ = campaign((each for each in ALL if each.quick), pages=20, delay_s=0.0)
    assert wrong == {}
    assert len(result["times"]) == 20
    assert result["peak"] < PEAK_BYTES


def test_validators_go_back_to_a_server_as_it_wrote_them() -> None:
    tags = ['ETag: "caf\xe9"', 'ETag: "caf\xc3\xa9"', "ETag: \x01", "Last-Modified: Fr\xe9 1"]
    hosts = {f"tag{n}.test": tag for n, tag in enumerate(tags)}
    heads: dict[str, list[str]] = {host: [] for host in hosts}

    async def converse(talk: Talk) -> None:
        if talk.path == "/0":
            heads[talk.host].append(talk.head)
            await talk.answer(PAGE, "Content-Type: text/html", hosts[talk.host])
        else:
            await honest(1)(talk)

    with Server(dict.fromkeys(hosts, converse)) as server:
        crawl({host: {"feeds": [f"http://{host}:{server.port}/feed"]} for host in hosts}, revisit_s=(0.2,))
    for host, tag in hosts.items():
        sent = tag.replace("ETag", "If-None-Match").replace("Last-Modified", "If-Modified-Since")
        assert [f"\r\n{sent}\r\n" in head for head in heads[host]] == [False, True]


@pytest.mark.wire
def test_every_trouble_ends_in_its_reason_while_an_honest_site_is_crawled_at_full_pace() -> None:
    _, alone, _ = campaign([], pages=40, delay_s=HONEST_DELAY_S)
    wrong, result, _ = campaign(ALL, pages=100, delay_s=HONEST_DELAY_S)
    print(f"{len(ALL)} troubles, peak {result['peak'] / 1e6:.0f} MB, {result['wall_s']:.0f} s,"
          f" honest {rate(alone['times']):.1f} pages/s alone, {rate(result['times']):.1f} beside them")  # fmt: skip
    late = {url: visit for url, visit in result["visits"].items() if visit[1] > LIMIT_S and "honest" not in url}
    assert wrong == {}
    assert late == {}
    assert result["peak"] < PEAK_BYTES
    assert len(result["times"]) == 100
    assert rate(result["times"]) > 0.7 * rate(alone["times"])


@pytest.mark.wire
def test_names_that_lie_lead_nowhere_and_dead_ones_hold_nobody() -> None:
    names = ["rebind", "mixed", "no-name", *(f"dead{n}" for n in range(60))]
    with Server({"honest.test": honest(20)}) as server:
        sites: dict[str, dict[str, Any]] = {
            f"{name}.test": {"feeds": [f"http://{name}.test:{server.port}/feed"]} for name in names
        }
        sites["honest.test"] = {"feeds": [f"http://honest.test:{server.port}/feed"], "delay_s": 0.0}
        start = time.monotonic()
        result = crawl(sites)
        assert time.monotonic() - start < 15
        reasons = {
            url.split("/")[2].partition(".")[0]: visit[0] for url, visit in result["visits"].items() if "/feed" in url
        }
    assert {name: reasons[name] for name in names[:3]} == {
        "rebind": "private_address", "mixed": "private_address", "no-name": "dns_failure",
    }  # fmt: skip
    assert {reasons[name] for name in names[3:]} == {"robots_unreachable"}
    assert len(result["times"]) == 20
    assert {url.partition("/")[0] for url in server.asked} == {"honest.test"}


@pytest.mark.wire
def test_tls_is_verified() -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    past = datetime(2020, 1, 1, tzinfo=UTC)
    issued = {
        "honest-tls.test": authority.issue_cert("honest-tls.test"),
        "self-signed.test": stranger.issue_cert("self-signed.test"),
        "other-name.test": authority.issue_cert("a.test"),
        "expired.test": authority.issue_cert(
            "expired.test", not_before=datetime(2019, 1, 1, tzinfo=UTC), not_after=past
        ),
    }
    contexts = {}
    for host, certificate in issued.items():
        contexts[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(contexts[host])
    hosts = dict.fromkeys([*issued, "plain.test"], honest(3))
    with Server(hosts, contexts) as server:
        ports = dict.fromkeys(issued, server.tls_port) | {"plain.test": server.port}
        result = crawl(
            {host: {"feeds": [f"https://{host}:{port}/feed"]} for host, port in ports.items()},
            authority.cert_pem.bytes().decode(),
        )
    reasons = {
        url.split("/")[2].partition(".")[0]: visit[0] for url, visit in result["visits"].items() if "/feed" in url
    }
    assert reasons.pop("honest-tls") == "ok"
    assert reasons == dict.fromkeys(["self-signed", "other-name", "expired", "plain"], "tls_failure")
