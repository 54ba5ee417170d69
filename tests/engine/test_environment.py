"""Proxies and certificates of the environment: read when a session is made, and refused there by name."""

from __future__ import annotations

import os
import ssl
import string
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clix import Clix, ConfigurationError, NotSentError
from clix._engine.environment import environment_context, environment_proxy
from tests.faults import Answer, FaultProxy, FaultServer
from tests.faults.tls import Authority
from tests.paths import both_paths
from tests.skipping import skipping_clix

PASSWORD = "canary4711"

VARIABLES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSLKEYLOGFILE",
)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def trusting_session(url: str = "https://clix.invalid") -> Clix:
    return Clix(project_id="p", api_key="clix_sk_1", base_url=url, trust_env=True)


def refusal(url: str = "https://clix.invalid") -> str:
    with pytest.raises(ConfigurationError) as caught:
        trusting_session(url)
    return str(caught.value)


# Proxies


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_an_address_without_a_scheme_is_that_of_an_http_proxy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "proxy:8080")
    assert environment_proxy("https", "api.clix.so") == "http://proxy:8080"


@both_paths
async def test_a_request_goes_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FaultProxy(default=Answer(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", f"joe:{PASSWORD}@"))
        async with skipping_clix("https://clix.invalid", trust_env=True, max_attempts=1) as clix:
            with pytest.raises(NotSentError) as caught:
                await clix.messages.send("user", title="t")
    assert [received.method for received in proxy.received] == ["CONNECT"]
    assert proxy.received[0].headers["proxy-authorization"].startswith("Basic ")
    assert PASSWORD not in f"{caught.value!r} {caught.value.attempts!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize(
    "address", ["gopher://{}", "http://{}:99999", "{}:port", "http://{} ", "socks://{}", "http://", "//{}"]
)
def test_an_address_that_is_none_is_refused_by_the_name_of_its_variable(
    name: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, address.format(f"joe:{PASSWORD}@proxy"))
    message = refusal()
    assert message.startswith(f"{name} ")
    assert PASSWORD not in message


def test_a_socks_proxy_without_its_package_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "SOCKS5://proxy:1080")
    monkeypatch.setattr("clix._values.addresses.find_spec", lambda _: None)
    assert refusal().startswith("ALL_PROXY is a SOCKS proxy")


def test_a_bad_proxy_is_nothing_to_a_session_that_does_not_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://proxy")
    monkeypatch.setenv("NO_PROXY", "direct.example")
    trusting_session("https://direct.example")
    trusting_session("http://127.0.0.1:8787")
    Clix(project_id="p", api_key="clix_sk_1")


@given(
    st.text(string.printable.replace("\x00", ""), min_size=1), st.sampled_from(["", "http://", "socks5://"])
)
@example("[::1", "http://")
@example("proxy:8080", "")
def test_any_address_is_used_or_refused_by_name(rest: str, scheme: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTPS_PROXY", f"{scheme}joe:{PASSWORD}@{rest}")
        try:
            trusting_session()
        except ConfigurationError as error:
            assert "HTTPS_PROXY" in str(error)  # noqa: PT017 - or no error at all
            assert PASSWORD not in str(error)  # noqa: PT017


# Certificates


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    file = tmp_path / "bundle.pem"
    Authority().write(file)
    return file


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_of_no_certificates_is_refused_by_name(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bundle.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    message = refusal()
    assert message.startswith(f"SSL_CERT_FILE names {file}, which ")
    assert ("cannot be read" in message) == (content is None)


def test_a_directory_as_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path))
    assert "SSL_CERT_FILE names" in refusal()


@pytest.mark.parametrize("made", [True, False])
def test_a_directory_of_no_certificates_is_refused_by_name(
    made: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = tmp_path / "certs"
    if made:
        directory.mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(directory))
    message = refusal()
    assert message.startswith(f"SSL_CERT_DIR names {directory}, which ")
    assert ("openssl rehash" in message) == made


@both_paths
async def test_a_changed_file_counts_for_the_next_session(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    async with FaultServer(ssl_context=authority.server_context()) as server:
        async with skipping_clix(server.url, trust_env=True, max_attempts=1) as clix:
            with pytest.raises(NotSentError, match="certificate"):
                await clix.messages.send("user", title="t")
        authority.write(bundle)
        async with skipping_clix(server.url, trust_env=True) as clix:
            await clix.messages.send("user", title="t")
    assert len(server.received) == 1


def hashed_name(certificate: Path) -> str:
    """The name under which OpenSSL looks for a certificate in a directory."""
    command = ["openssl", "x509", "-hash", "-noout", "-in", str(certificate)]
    return f"{subprocess.check_output(command, text=True).strip()}.0"


async def test_a_directory_with_hashed_names_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, file = Authority(), tmp_path / "authority.pem"
    authority.write(file)
    file.rename(tmp_path / hashed_name(file))
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path}{os.pathsep}")
    async with FaultServer(ssl_context=authority.server_context()) as server:
        async with skipping_clix(server.url, trust_env=True) as clix:
            await clix.messages.send("user", title="t")
    assert len(server.received) == 1


def test_sessions_share_the_context_of_a_file(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert environment_context() is environment_context()
    assert environment_context().minimum_version is ssl.TLSVersion.TLSv1_2


def test_certificates_are_nothing_to_a_session_that_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    trusting_session("http://127.0.0.1:8787")
    Clix(project_id="p", api_key="clix_sk_1", trust_env=True, ssl_context=ssl.create_default_context())
    Clix(project_id="p", api_key="clix_sk_1")


def test_a_key_log_that_cannot_be_written_is_refused_by_name(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("SSLKEYLOGFILE", str(bundle.parent / "nowhere" / "keys"))
    assert refusal().startswith("SSLKEYLOGFILE names ")
