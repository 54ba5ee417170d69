"""What `clix.request` and `clix.call` return: answers that have no class of their own."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from attrs import field, frozen

from .meta import ResponseMeta

T = TypeVar("T")


@frozen(kw_only=True)
class RawResponse:
    """A 2xx answer to `clix.request`."""

    status: int
    """From 200 to 299."""
    json: Any = field(repr=False)
    """The body as plain Python; None when it is empty."""
    meta: ResponseMeta


@frozen(kw_only=True)
class CallResult(Generic[T]):
    """A 2xx answer to `clix.call`."""

    parsed: T = field(repr=False)
    """The body as the generated client reads it."""
    meta: ResponseMeta
