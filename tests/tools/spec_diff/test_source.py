"""Documents come from files and over HTTPS, within bounds, or one line says why not."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.faults.tls import Authority
from tools.spec_diff import source
from tools.spec_diff.errors import UnreadableError
from tools.spec_diff.source import read


class Site(BaseHTTPRequestHandler):
    """Serves a document, a redirect to it, one away from HTTPS, and a missing page."""

    REDIRECTS = {"/moved": "/openapi.json", "/insecure": "http://127.0.0.1:1/openapi.json"}  # noqa: RUF012

    def do_GET(self) -> None:
        """Answer by the path alone."""
        target = self.REDIRECTS.get(self.path)
        self.send_response(302 if target else 200 if self.path == "/openapi.json" else 404)
        if target:
            self.send_header("Location", target)
        self.end_headers()
        self.wfile.write(b'{"openapi": "3.1.0"}')

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class calls it so
        """Say nothing."""


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def site(authority: Authority) -> Iterator[str]:
    """The address of a server that speaks HTTPS."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.socket = authority.server_context().wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def trust(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Trusts the server, and goes around any proxy of this machine."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return authority.client_context()


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_bytes(b"{}")
    assert read(str(tmp_path / "openapi.json")) == b"{}"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"^No such file or directory$"):
        read(str(tmp_path / "openapi.json"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"^(Is a directory|Permission denied)$"):
        read(str(tmp_path))


def test_a_file_of_50_mb_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "openapi.json").open("wb") as file:
        file.truncate(10_000_000)
    with pytest.raises(UnreadableError, match=r"^has 10 MB or more$"):
        read(str(tmp_path / "openapi.json"))


def test_a_file_just_below_10_mb_is_read(tmp_path: Path) -> None:
    with (tmp_path / "openapi.json").open("wb") as file:
        file.truncate(9_999_999)
    assert len(read(str(tmp_path / "openapi.json"))) == 9_999_999


@pytest.mark.parametrize("address", ["http://clix.so/openapi.json", "file:///etc/hosts", "ftp://clix.so/x"])
def test_an_address_that_is_not_https_is_refused(address: str) -> None:
    with pytest.raises(UnreadableError, match=r"^is not an https:// address$"):
        read(address)


def test_a_document_is_fetched_over_https(site: str, trust: ssl.SSLContext) -> None:
    assert read(f"{site}/openapi.json", trust) == b'{"openapi": "3.1.0"}'


def test_a_redirect_to_https_is_followed(site: str, trust: ssl.SSLContext) -> None:
    assert read(f"{site}/moved", trust) == b'{"openapi": "3.1.0"}'


def test_a_redirect_away_from_https_is_refused(site: str, trust: ssl.SSLContext) -> None:
    with pytest.raises(
        UnreadableError, match=r"^leads to http://127\.0\.0\.1:1/.*, which is not an https:// address$"
    ):
        read(f"{site}/insecure", trust)


def test_an_error_of_the_server_is_told_by_its_status(site: str, trust: ssl.SSLContext) -> None:
    with pytest.raises(UnreadableError, match=r"^the server answered 404$"):
        read(f"{site}/missing", trust)


def test_a_server_that_nobody_vouches_for_is_refused(site: str, trust: ssl.SSLContext) -> None:
    with pytest.raises(UnreadableError, match="certificate verify failed"):
        read(f"{site}/openapi.json", ssl.create_default_context())


def test_an_answer_that_is_too_large_is_given_up(
    site: str, trust: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "TOO_LARGE", 20)
    with pytest.raises(UnreadableError, match=r"MB or more$"):
        read(f"{site}/openapi.json", trust)


def test_an_answer_that_takes_too_long_is_given_up(
    site: str, trust: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "PATIENCE", -1.0)
    with pytest.raises(UnreadableError, match=r"^took longer than"):
        read(f"{site}/openapi.json", trust)


def test_a_connection_that_fails_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(UnreadableError, match=r"^[^\n]*refused[^\n]*$"):
        read("https://127.0.0.1:1/openapi.json")


@pytest.mark.parametrize("source", ["https://[", "https://clix .so/", "a\0b"])
def test_what_is_neither_an_address_nor_a_path_is_told_in_one_line(source: str) -> None:
    with pytest.raises(UnreadableError, match=r"^[^\n]+$"):
        read(source)
