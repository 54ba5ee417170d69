"""Finding the address, reaching it, and trusting who answers."""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Iterator

from .check import Check, Level

_TIMEOUT = 5.0
"""Seconds; the SDK gives a connection as many."""
_EXPIRES_SOON = 14.0
"""Days."""


def check_network(
    host: str, port: int, *, secure: bool, context: ssl.SSLContext | None = None
) -> Iterator[Check]:
    """DNS, TCP, and with `secure` TLS and the certificate.

    Args:
        host: of the base URL.
        port: of the base URL.
        secure: whether it is https.
        context: in place of one that trusts what the SDK trusts.
    """
    started = time.perf_counter()
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as problem:
        advice = "check the spelling of the address and this machine's DNS"
        yield Check(Level.FAIL, "DNS", f"{host} is not found: {problem.strerror or problem}", advice)
        return
    addresses = sorted({str(entry[4][0]) for entry in found})
    more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    yield Check(Level.OK, "DNS", f"{host} is {addresses[0]}{more}, {_since(started)}")
    yield from _check_connection(host, port, context or _trusting_as_the_sdk() if secure else None)


def _check_connection(host: str, port: int, context: ssl.SSLContext | None) -> Iterator[Check]:
    started = time.perf_counter()
    try:
        connection = socket.create_connection((host, port), timeout=_TIMEOUT)
    except OSError as problem:
        yield Check(Level.FAIL, "connection", f"port {port}: {problem.strerror or problem}", _way_out())
        return
    with connection:
        yield Check(Level.OK, "connection", f"port {port}, {_since(started)}")
        if context is None:
            yield Check(Level.OK, "TLS", "not used: the address is this machine")
        else:
            yield from _check_tls(host, connection, context)


def _check_tls(host: str, connection: socket.socket, context: ssl.SSLContext) -> Iterator[Check]:
    started = time.perf_counter()
    try:
        with context.wrap_socket(connection, server_hostname=host) as secured:
            yield Check(Level.OK, "TLS", f"{secured.version()}, {_since(started)}")
            yield _check_expiry(secured.getpeercert() or {})
    except ssl.SSLCertVerificationError as problem:
        advice = (
            "if a proxy of your company opens TLS, its certificate is not trusted here; else do not go on"
        )
        yield Check(Level.FAIL, "certificate", problem.verify_message, advice)
    except OSError as problem:
        reason = getattr(problem, "reason", None) or problem.strerror or problem
        yield Check(
            Level.FAIL, "TLS", str(reason), "something between here and Clix does not let TLS 1.2 through"
        )


def _check_expiry(certificate: object) -> Check:
    expiry = certificate.get("notAfter") if isinstance(certificate, dict) else None
    days = (ssl.cert_time_to_seconds(str(expiry)) - time.time()) / 86_400
    if days < _EXPIRES_SOON:
        return Check(Level.WARN, "certificate", f"expires in {days:.0f} days", "tell who runs the server")
    return Check(Level.OK, "certificate", f"trusted, for {days:.0f} more days")


def _trusting_as_the_sdk() -> ssl.SSLContext:
    import certifi  # httpx trusts these certificates, whatever the system trusts

    context = ssl.create_default_context(cafile=certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _way_out() -> str:
    proxy = next((name for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY") if os.environ.get(name)), None)
    if proxy is not None:
        return f"{proxy} is set, but clix-py does not use proxies: let it connect directly"
    return "is a firewall in the way, or is nothing listening there?"


def _since(started: float) -> str:
    return f"{(time.perf_counter() - started) * 1000:.0f} ms"
