"""Where webhooks go to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e\t]*")
_OUR_HEADERS: Final = frozenset({"content-type", "content-length", "host", "transfer-encoding", "connection"})


@frozen(kw_only=True)
class WebhookTarget:
    """An address that is told of every push.

    Raises ValueError for a URL, a header or a chance that cannot be.
    """

    url: str
    """`http://` too, which Clix itself does not take: the receiver may run on a laptop."""
    headers: Mapping[str, str] = field(factory=dict[str, str])
    """Sent with every post. Clix signs nothing: such a header is the receiver's only proof."""
    duplicates: float = 0.0
    """The chance of each post to be made twice, 0 to 1. Clix says that it happens, not how often."""

    def __attrs_post_init__(self) -> None:
        _check_url(self.url)
        for name, value in self.headers.items():
            _check_header(name, value)
        if not 0.0 <= self.duplicates <= 1.0:
            raise ValueError("duplicates must be a number from 0 to 1")

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is spoken there."""
        return self.url.lower().startswith("https:")


def read_header(text: str) -> tuple[str, str]:
    """Name and value of `Name: value`. Raises ValueError."""
    name, colon, value = text.partition(":")
    if not colon:
        raise ValueError(f"a header must look like 'Name: value', not {text!r}")
    name, value = name.strip(), value.strip()
    _check_header(name, value)
    return name, value


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"a webhook's URL must be http:// or https:// with a host, not {url!r}")


def _check_header(name: str, value: str) -> None:
    if not _HEADER_NAME.fullmatch(name) or name.lower() in _OUR_HEADERS:
        raise ValueError(f"{name!r} cannot be a webhook's header")
    if not _HEADER_VALUE.fullmatch(value):
        raise ValueError(f"the value of the webhook's header {name} must be printable ASCII")
