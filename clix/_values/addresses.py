"""The addresses that a session is given: checked once, before anything is sent there."""

from __future__ import annotations

import re
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from .errors import ConfigurationError

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_HOST = re.compile(r"[0-9a-z_](?:[0-9a-z_.-]*[0-9a-z_.])?|[0-9a-f:.]+")
_SOCKS = ("socks5", "socks5h")


def check_base_url(url: str) -> str:
    """An https:// address, or http:// to loopback; without query, fragment or user; without a final slash."""
    parts = _split_url(url, "base_url")
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host):
        raise ConfigurationError("base_url must be an absolute https:// address, like https://api.clix.so.")
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            "base_url must be https://: plain http:// would show the API key to the network "
            "(it is allowed to loopback only, for the emulator)."
        )
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError("base_url must not carry a user or password.")
    if "?" in url or "#" in url:
        raise ConfigurationError("base_url must not carry a query or fragment.")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def check_proxy(proxy: str | None, name: str = "proxy") -> str | None:
    """An http, https or SOCKS proxy's address. The messages never show it: it may carry a password.

    Args:
        proxy: the address.
        name: of the argument or environment variable that it came from.
    """
    if proxy is None:
        return None
    parts = _split_url(proxy, name)
    if parts.scheme not in ("http", "https", *_SOCKS) or not parts.hostname:
        raise ConfigurationError(f"{name} must be an address like http://proxy.example.com:8080.")
    if parts.scheme in _SOCKS and find_spec("socksio") is None:
        raise ConfigurationError(
            f"{name} is a SOCKS proxy, which needs the package socksio: pip install 'httpx[socks]'."
        )
    return proxy


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split_url(url: object, name: str) -> SplitResult:
    if not isinstance(url, str) or not _PRINTABLE.fullmatch(url):
        raise ConfigurationError(f"{name} must be an address without spaces or control characters.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigurationError(f"{name} is not a valid address.") from None
    return parts
