"""`clix-py doctor`: what it finds, and what it says to do."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from clix import Headers, RateLimit, ResponseMeta
from clix.cli import _session
from clix.cli._doctor.check import Level
from clix.cli._doctor.network import check_network
from clix.cli._doctor.service import Probe, check_clock, check_latency, check_limit, clock_skew, percentile
from clix.emulator import RunningEmulator
from clix.emulator._faults.faults import Fault
from tests.cli.conftest import KEY, Ran, Run
from tests.faults.tls import Authority


def levels(ran: Ran) -> dict[str, str]:
    return {check["name"]: check["level"] for check in json.loads(ran.out)["checks"]}


def test_all_is_well_with_an_emulator(emulator: RunningEmulator, run: Run) -> None:
    ran = run("doctor")
    assert (ran.code, ran.err) == (0, "")
    lines = [line.split()[:2] for line in ran.out.splitlines()]
    assert {level for level, _ in lines} == {"ok"}
    names = [name for _, name in lines]
    assert names == [
        "project",
        "API",
        "address",
        "DNS",
        "connection",
        "TLS",
        "health",
        "latency",
        "clock",
        "limit",
    ]
    assert "1,000 requests/s" in ran.out


def test_as_json_every_check_has_a_level_and_an_advice(emulator: RunningEmulator, run: Run) -> None:
    checks = json.loads(run("doctor", "--json").out)
    assert checks["ok"] is True
    assert {tuple(check) for check in checks["checks"]} == {("level", "name", "found", "advice")}


def test_no_key_is_shown(emulator: RunningEmulator, run: Run) -> None:
    ran = run("doctor")
    assert KEY not in ran.out + ran.err


@pytest.mark.parametrize(
    ("key", "level"),
    [("clix_sk_1", "ok"), ("clix_pk_1", "warn"), ("something-else", "warn"), ("two words", "warn")],
)
def test_the_shape_of_the_key_is_judged(
    emulator: RunningEmulator, run: Run, monkeypatch: pytest.MonkeyPatch, key: str, level: str
) -> None:
    monkeypatch.setenv("CLIX_API_KEY", key)
    assert levels(run("doctor", "--json"))["API key"] == level


@pytest.mark.parametrize("setting", ["CLIX_API_KEY", "CLIX_PROJECT_ID"])
def test_a_missing_setting_fails(
    emulator: RunningEmulator, run: Run, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.delenv(setting)
    ran = run("doctor")
    assert (ran.code, setting in ran.out) == (1, True)
    assert "What comes after the failure was not checked." in ran.err


@pytest.mark.skipif(os.name != "posix", reason="only POSIX says in a mode who may read a file")
def test_a_key_file_that_others_can_read_is_a_warning(
    emulator: RunningEmulator, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    for mode, expected in ((0o600, None), (0o644, "warn")):
        file.chmod(mode)
        assert levels(run("doctor", "--json", "--api-key-file", file)).get("key file") == expected


@pytest.mark.parametrize(
    "url", ["http://example.com", "ftp://x", "https://user:pw@example.com", "https://x/?q"]
)
def test_an_address_that_the_sdk_refuses_fails(emulator: RunningEmulator, run: Run, url: str) -> None:
    assert levels(run("doctor", "--json", "--base-url", url))["settings"] == "fail"


def test_a_name_that_is_not_found_fails(
    emulator: RunningEmulator, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_found(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("clix.cli._doctor.network.socket.getaddrinfo", not_found)
    ran = run("doctor", "--base-url", "https://no.such.host")
    assert (ran.code, "no.such.host is not found: Name or service not known" in ran.out) == (1, True)


def test_a_closed_port_fails_and_an_unused_proxy_is_named(
    emulator: RunningEmulator, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com")
    ran = run("doctor", "--base-url", "http://127.0.0.1:1")
    assert levels(run("doctor", "--json", "--base-url", "http://127.0.0.1:1"))["connection"] == "fail"
    assert (ran.code, "HTTPS_PROXY is set, but clix-py does not use proxies" in ran.out) == (1, True)


def test_a_refused_key_ends_with_4(emulator: RunningEmulator, run: Run) -> None:
    emulator.faults.add(Fault(status=401))
    ran = run("doctor")
    assert ran.code == 4
    assert "compare project id and key with the console" in ran.out


@pytest.mark.parametrize(
    ("status", "advice"), [(404, "is the address (CLIX_BASE_URL) that of Clix?"), (503, "try again")]
)
def test_a_service_that_is_not_well_fails(
    emulator: RunningEmulator, run: Run, status: int, advice: str
) -> None:
    emulator.faults.add(Fault(status=status))
    ran = run("doctor")
    assert (ran.code, advice in ran.out) == (1, True)


def test_a_certificate_of_somebody_else_fails() -> None:
    ours, theirs = Authority(), Authority()
    with tls_server(theirs.server_context()) as port:
        *_, last = check_network("127.0.0.1", port, secure=True, context=ours.client_context())
    assert (last.level, last.name, "self-signed" in last.found or "issuer" in last.found) == (
        Level.FAIL,
        "certificate",
        True,
    )


def test_an_expired_certificate_fails_and_one_that_ends_soon_warns() -> None:
    authority = Authority()
    with tls_server(authority.server_context(expired=True)) as port:
        *_, expired = check_network("127.0.0.1", port, secure=True, context=authority.client_context())
    with tls_server(authority.server_context()) as port:
        *_, tls, soon = check_network("127.0.0.1", port, secure=True, context=authority.client_context())
    assert (expired.level, "expired" in expired.found) == (Level.FAIL, True)
    assert (soon.level, soon.found) == (Level.WARN, "expires in 1 days")
    assert tls.found.startswith("TLSv1.")


def test_what_speaks_no_tls_fails() -> None:
    with server(lambda connection: connection.recv(1)) as port:
        *_, last = check_network("127.0.0.1", port, secure=True, context=Authority().client_context())
    assert (last.level, last.name) == (Level.FAIL, "TLS")


def test_percentiles_are_values_that_were_seen() -> None:
    values = [0.3, 0.1, 0.2, 0.4]
    assert [percentile(values, percent) for percent in (25, 50, 75, 95, 100)] == [0.1, 0.2, 0.3, 0.4, 0.4]


def test_the_first_call_does_not_count_as_latency() -> None:
    check = check_latency([0.5, 0.02, 0.03, 0.04])
    assert check.found == "half within 30 ms, 95% within 40 ms, slowest 40 ms; 500 ms with connecting"
    assert check.level is Level.OK
    assert check_latency([0.5, 1.2, 1.3]).level is Level.WARN


def probe(asked: float, answered: float, date: str | None) -> Probe:
    headers = [] if date is None else [(b"Date", date.encode())]
    return Probe(asked, answered, ResponseMeta(status=200, headers=Headers(headers)))


NOON = "Fri, 20 Mar 2026 12:00:00 GMT"
NOON_SECONDS = 1_774_008_000.0


@pytest.mark.parametrize(
    ("ours", "level", "found"),
    [
        (NOON_SECONDS + 0.4, Level.OK, "within a second of Clix's"),
        (NOON_SECONDS + 3.5, Level.OK, "3 s ahead of Clix's"),
        (NOON_SECONDS + 60.5, Level.WARN, "60 s ahead of Clix's"),
        (NOON_SECONDS - 59.5, Level.WARN, "60 s behind Clix's"),
    ],
)
def test_clocks_are_compared_by_the_date_of_answers(ours: float, level: Level, found: str) -> None:
    check = check_clock([probe(ours, ours, NOON)])
    assert (check.level, check.found) == (level, found)


def test_several_answers_narrow_the_difference_down() -> None:
    before = probe(NOON_SECONDS + 2.9, NOON_SECONDS + 2.95, NOON)
    after = probe(NOON_SECONDS + 3.0, NOON_SECONDS + 3.05, NOON.replace("12:00:00", "12:00:01"))
    skew = clock_skew([before, after])
    assert skew == pytest.approx(-2.0, abs=0.1)


@pytest.mark.parametrize("date", [None, "yesterday"])
def test_an_answer_without_a_date_is_a_warning(date: str | None) -> None:
    assert check_clock([probe(0.0, 0.0, date)]).level is Level.WARN


def test_a_limit_that_is_not_told_is_a_warning() -> None:
    assert check_limit(RateLimit()).level is Level.WARN
    assert check_limit(RateLimit(limit=50, remaining=7)).found == "50 requests/s, 7 left at this moment"


def test_the_address_of_clix_is_the_one_of_the_sdk() -> None:
    from clix._values.options import DEFAULT_BASE_URL

    assert _session.CLIX == DEFAULT_BASE_URL


def tls_server(context: ssl.SSLContext) -> AbstractContextManager[int]:
    """Shakes hands with who comes, and waits for it to leave."""

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1)

    return server(serve)


@contextmanager
def server(serve: Callable[[socket.socket], object]) -> Generator[int, None, None]:
    """Serves one connection; gives its port."""

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, args=[listener])
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)
