"""Serving the page, with headers that let it run nothing but its own files."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ._assets import asset

_NETWORK_IMAGES: Final = "network"

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}

_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes() -> list[BaseRoute]:
    """The routes of the page: `/`, the icon that browsers ask for, and the files below `/_emulator/inbox/`."""
    return [
        Route("/", _page),
        Route("/favicon.ico", _favicon),
        Route("/_emulator/inbox/{name:path}", _file),
    ]


async def _page(request: Request) -> Response:
    """The page. Images of notifications come from the network only for `/?images=network`.

    Whoever sends a push chooses the image's address, so showing it tells that host that somebody looked.
    """
    network_images = request.query_params.get("images") == _NETWORK_IMAGES
    return _respond(
        request, "index.html", {"Content-Security-Policy": _policy(network_images=network_images)}
    )


async def _favicon(request: Request) -> Response:
    return _respond(request, "favicon.svg", {})


async def _file(request: Request) -> Response:
    return _respond(request, request.path_params["name"], {})


def _policy(*, network_images: bool) -> str:
    sources = {**_POLICY, "img-src": "'self' data: https: http:"} if network_images else _POLICY
    return "; ".join(f"{directive} {source}" for directive, source in sources.items())


def _respond(request: Request, name: str, headers: dict[str, str]) -> Response:
    found = asset(name)
    if found is None:
        return Response("Not Found", 404, _HEADERS, "text/plain")
    headers = {**_HEADERS, **headers, "ETag": found.etag}
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers=headers)
    return Response(found.body, headers=headers, media_type=found.media_type)
