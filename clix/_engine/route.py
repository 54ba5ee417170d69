"""Where a session's connections lead: server, proxy and certificates, resolved when the session is made."""

from __future__ import annotations

import codecs
import functools
import ssl
from importlib import import_module
from urllib.request import getproxies, proxy_bypass

import httpx

from .._values.errors import ConfigurationError
from .._values.options import Settings, check_proxy, is_loopback
from .http1.connect import Route
from .http1.proxy import Proxy
from .request import parsed

_PORTS = {"http": 80, "https": 443}


def direct_route(settings: Settings) -> Route | None:
    """The route for connections of our own; None where httpx has to do it (SOCKS proxies).

    Raises:
        ConfigurationError: the proxy's address cannot be read, or is that of a SOCKS proxy without its package.
    """
    preload_names()
    url = parsed(settings.base_url)
    address = proxy_url(settings)
    if is_socks(address):
        check_proxy(address)
        return None
    proxy = None if address is None else _proxy(address)
    return Route(
        host=url.host if url.raw_host.isascii() is False else url.raw_host.decode("ascii"),
        port=url.port or _PORTS[url.scheme],
        tls=context_for(settings) if url.scheme == "https" else None,
        proxy=proxy,
        proxy_tls=context_for(settings, https=True)
        if proxy is not None and proxy.scheme == "https"
        else None,
    )


def preload_names() -> None:
    """What name resolution and TLS import at their first use, when a process may have run out of descriptors."""
    codecs.lookup("idna")
    import_module("concurrent.futures.thread")


def _proxy(address: str) -> Proxy:
    try:
        return Proxy.parse(address)
    except ValueError as error:
        raise ConfigurationError(f"proxy cannot be used: {error}.") from None


def proxy_url(settings: Settings) -> str | None:
    """The given proxy, or with `trust_env` that of the environment (HTTPS_PROXY, NO_PROXY)."""
    if settings.proxy is not None or not settings.trust_env:
        return settings.proxy
    url = parsed(settings.base_url)
    if is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


def is_socks(address: str | None) -> bool:
    """Whether a proxy speaks SOCKS, which httpx does."""
    return address is not None and address.partition("://")[0].startswith("socks")


def context_for(settings: Settings, *, https: bool | None = None) -> ssl.SSLContext:
    """The session's TLS context: the user's own, or one that all sessions share."""
    if settings.ssl_context is not None:
        return settings.ssl_context
    needed = settings.base_url.startswith("https:") if https is None else https
    return _default_context(settings.trust_env, needed)


@functools.lru_cache(maxsize=4)
def _default_context(trust_env: bool, https: bool) -> ssl.SSLContext:  # noqa: FBT001 - cache keys
    """One context for all sessions: it takes 30 ms to build, and plain HTTP needs no certificates at all."""
    context = (
        httpx.create_ssl_context(trust_env=trust_env) if https else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
