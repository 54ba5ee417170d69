"""What the environment says of proxies and certificates: read and checked once, when a session is made."""

from __future__ import annotations

import functools
import os
import re
import ssl
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

import httpx

from .._values.addresses import check_proxy
from .._values.errors import ConfigurationError

_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""How OpenSSL finds a certificate in a directory."""

_Version = tuple[int, int, int] | None


def environment_proxy(scheme: str, host: str) -> str | None:
    """The proxy for a host, with its scheme: `http://` where the variable names none, as everywhere.

    Raises:
        ConfigurationError: the address cannot be used; the message names the variable and shows no password.
    """
    if proxy_bypass(host):
        return None
    proxies = getproxies()
    for kind in (scheme, "all"):
        address = proxies.get(kind)
        if address:
            name = _variable_of(f"{kind}_proxy")
            return check_proxy(address if "://" in address else f"http://{address}", name)
    return None


def _variable_of(name: str) -> str:
    """The name as it is written in the environment; urllib takes the lower-case one first."""
    if name in os.environ:
        return name
    # On macOS and Windows the system's settings are read where no variable is set.
    return next(
        (each for each in os.environ if each.lower() == name), f"{name.upper()} of the system's settings"
    )


def environment_context() -> ssl.SSLContext:
    """A context that trusts what SSL_CERT_FILE, else SSL_CERT_DIR names, else the default.

    Raises:
        ConfigurationError: what the variable names is missing, or has no certificates.
    """
    if file := os.environ.get("SSL_CERT_FILE"):
        return _trusting_file(file, _version_of(file))
    if directories := os.environ.get("SSL_CERT_DIR"):
        _check_directories(directories)
        return _trusting_directories(directories)
    return default_context(https=True)


@functools.lru_cache(maxsize=2)
def default_context(*, https: bool) -> ssl.SSLContext:
    """One context for all sessions: it takes 30 ms to build, and plain HTTP needs no certificates at all."""
    if not https:
        return _at_least_tls_1_2(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    try:
        return _at_least_tls_1_2(httpx.create_ssl_context(trust_env=False))
    except OSError as error:
        raise _unusable_key_log(error) or error from None


@functools.lru_cache(maxsize=2)
def _trusting_file(file: str, _version: _Version) -> ssl.SSLContext:
    """Made anew when the file has changed."""
    try:
        return _at_least_tls_1_2(ssl.create_default_context(cafile=file))
    except OSError as error:  # ssl.SSLError is one
        problem = (
            "has no certificates" if isinstance(error, ssl.SSLError) else f"cannot be read ({error.strerror})"
        )
        raise _unusable_key_log(error) or ConfigurationError(
            f"SSL_CERT_FILE names {file}, which {problem}. Correct the variable or unset it."
        ) from None


@functools.lru_cache(maxsize=2)
def _trusting_directories(directories: str) -> ssl.SSLContext:
    """OpenSSL looks into the directories at each handshake, so their changes count without a new context."""
    try:
        return _at_least_tls_1_2(ssl.create_default_context(capath=directories))
    except OSError as error:
        raise _unusable_key_log(error) or error from None


def _version_of(file: str) -> _Version:
    try:
        found = Path(file).stat()
    except OSError:
        return None  # reading it tells why
    return found.st_mtime_ns, found.st_size, found.st_ino


def _check_directories(directories: str) -> None:
    found = False
    for directory in filter(None, directories.split(os.pathsep)):
        try:
            found = found or any(_HASHED.fullmatch(name) for name in os.listdir(directory))  # noqa: PTH208 - names
        except OSError as error:
            raise ConfigurationError(
                f"SSL_CERT_DIR names {directory}, which cannot be read ({error.strerror}). "
                "Correct the variable or unset it."
            ) from None
    if not found:
        raise ConfigurationError(
            f"SSL_CERT_DIR names {directories}, which has no certificates that OpenSSL finds. "
            "Run `openssl rehash` on it, or unset the variable."
        )


def _unusable_key_log(error: OSError) -> ConfigurationError | None:
    """Python writes TLS keys to the file that SSLKEYLOGFILE names, whoever makes a context."""
    file = os.environ.get("SSLKEYLOGFILE")
    if not file or error.filename != file:
        return None
    return ConfigurationError(
        f"SSLKEYLOGFILE names {file}, which cannot be written ({error.strerror}). Correct the variable or unset it."
    )


def _at_least_tls_1_2(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
