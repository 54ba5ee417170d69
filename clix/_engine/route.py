"""Where a session's connections lead: server, proxy and certificates, resolved when the session is made."""

from __future__ import annotations

import codecs
import ssl
from importlib import import_module

from .._values.addresses import is_loopback
from .._values.options import Settings
from .environment import default_context, environment_context, environment_proxy
from .http1.connect import Route
from .http1.proxy import Proxy
from .request import parsed

_PORTS = {"http": 80, "https": 443}


def direct_route(settings: Settings) -> Route | None:
    """The route for connections of our own; None where httpx has to do it (SOCKS proxies).

    Raises:
        ConfigurationError: what the environment says of proxy or certificates cannot be used.
    """
    preload_names()
    url = parsed(settings.base_url)
    address = proxy_url(settings)
    if is_socks(address):
        return None
    proxy = None if address is None else Proxy.parse(address)
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


def proxy_url(settings: Settings) -> str | None:
    """The given proxy, or with `trust_env` that of the environment (HTTPS_PROXY, NO_PROXY).

    Raises:
        ConfigurationError: the environment's cannot be used; the message names the variable and shows no password.
    """
    if settings.proxy is not None or not settings.trust_env:
        return settings.proxy
    url = parsed(settings.base_url)
    return None if is_loopback(url.host) else environment_proxy(url.scheme, url.host)


def is_socks(address: str | None) -> bool:
    """Whether a proxy speaks SOCKS, which httpx does."""
    return address is not None and address.partition("://")[0].lower().startswith("socks")


def context_for(settings: Settings, *, https: bool | None = None) -> ssl.SSLContext:
    """The session's TLS context: the user's own, or one that all sessions share.

    Raises:
        ConfigurationError: a file or directory that the environment names cannot be used.
    """
    if settings.ssl_context is not None:
        return settings.ssl_context
    needed = settings.base_url.startswith("https:") if https is None else https
    return environment_context() if needed and settings.trust_env else default_context(https=needed)
