"""Requests to any path of the API: what is checked before a byte leaves, and what an answer must be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import unquote

import orjson

from .._call.call import Caller
from .._engine.http import Answer, check_size
from .._engine.request import JSON_FIELDS, with_query
from .._values.answers import RawResponse
from .._values.checks import DOTS, check_mapping
from .._values.errors import InvalidRequestError
from .._values.json import as_json, check_scalar, check_text, decode_object, encode, exact_text
from .._values.meta import ResponseMeta
from .._values.operations import Operation

ParamValue: TypeAlias = str | int | float | bool
Params: TypeAlias = Mapping[str, ParamValue | Sequence[ParamValue]]

LONGEST_TARGET = 60_000
"""Characters of a path with its query; httpx takes addresses of 65,536."""

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_NOT_IN_A_PATH = re.compile(r"[\x00-\x1f\x7f#\\]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


async def send_request(
    caller: Caller,
    method: str,
    path: str,
    *,
    json: object,
    params: Params | None,
    replay_safe: bool | None,
) -> RawResponse:
    """Make a request that no operation of this version describes."""
    verb = _check_method(method)
    target = with_query(check_path(path), None if params is None else check_params(params))
    check_length(target)
    body = None if json is None else encode(as_json(json, "json"))
    check_size(body)
    if replay_safe is not None and not isinstance(replay_safe, bool):
        raise InvalidRequestError(
            f"replay_safe must be True, False or None, not {type(replay_safe).__name__}."
        )
    operation = other_operation("request", verb, replay_safe=replay_safe)
    fields = () if body is None else JSON_FIELDS
    return await caller.run(
        operation, lambda: caller.session.bound.http.exchange(verb, target, body, fields), _read
    )


def other_operation(name: str, method: str, *, replay_safe: bool | None = None) -> Operation:
    """An operation that this version does not know. Its path is never logged: it may hold ids of users."""
    safe = method in _SAFE_METHODS if replay_safe is None else replay_safe
    # What may not be repeated is waited for as long as a send: the server may work on it for 100 s.
    return Operation(
        name=name,
        method=method,
        path="{path}",
        replay_safe=safe,
        default_deadline=60.0 if safe else 120.0,
    )


def check_path(path: object) -> str:
    """A path below the base URL, which may carry a query.

    Raises:
        InvalidRequestError: it is an absolute URL, would change its own meaning on the way, or is no path at all.
    """
    if not isinstance(path, str):
        raise InvalidRequestError(f"path must be a string, not {type(path).__name__}.")
    path = str.__str__(path)
    if not path.startswith("/") or path.startswith("//"):
        raise InvalidRequestError(
            "path must begin with a single '/', like /api/v1/users: it is added to base_url, and is no URL itself."
        )
    if _NOT_IN_A_PATH.search(path):
        raise InvalidRequestError(
            "path has a control character, a '#' or a backslash; use urllib.parse.quote(value, safe='')."
        )
    check_text(path, "path")
    if _BROKEN_ESCAPE.search(path):
        raise InvalidRequestError(
            "path has a '%' that begins no escape; use urllib.parse.quote(value, safe='')."
        )
    if _has_dot_segment(path.partition("?")[0]):
        raise InvalidRequestError(
            "path has a segment '.' or '..', which would change the path of the request."
        )
    return path


def _has_dot_segment(path: str) -> bool:
    # Servers and proxies differ in what they decode before they resolve dots.
    return any(segment.partition(";")[0] in DOTS for segment in re.split(r"[/\\]", unquote(path)))


def check_params(params: object) -> dict[str, Any]:
    """Query parameters as plain values, read once.

    Raises:
        InvalidRequestError: naming the parameter.
    """
    return dict(_check_param(name, value) for name, value in check_mapping(params, "params").items())


def _check_param(name: object, value: object) -> tuple[str, Any]:
    if not isinstance(name, str) or not name:
        raise InvalidRequestError(f"params has the name {name!r}; names must be strings, and not empty.")
    check_text(name, "A name in params")
    place = f"params.{name}"
    if isinstance(value, list | tuple):
        return str.__str__(name), [_check_param_value(each, place) for each in value]
    return str.__str__(name), _check_param_value(value, place)


def _check_param_value(value: object, place: str) -> object:
    if value is None:
        raise InvalidRequestError(f"{place} is None, which a query cannot express; leave it out.")
    text = exact_text(value)
    return check_scalar(value if text is None else text, place)


def check_length(target: str) -> None:
    """Refuse a path with a query that no server takes."""
    if len(target) > LONGEST_TARGET:
        raise InvalidRequestError(
            f"path and params have {len(target):,} characters; at most {LONGEST_TARGET:,} can be sent."
        )


def any_json(content: bytes) -> Any:
    """The JSON value of an answer.

    Raises:
        ValueError: it is none.
    """
    try:
        return decode_object(content)
    except ValueError:
        return orjson.loads(content)


def must_be_of_the_server(content: bytes, meta: ResponseMeta) -> None:
    """A portal or proxy answers 2xx with a page of its own. The server's has a request id, or is a JSON object.

    Raises:
        ValueError: neither.
    """
    if meta.request_id is None and not isinstance(any_json(content), dict):
        raise ValueError("the answer has no request id and is no JSON object")


def _read(answer: Answer, meta: ResponseMeta) -> RawResponse:
    must_be_of_the_server(answer.content, meta)
    json = any_json(answer.content) if answer.content else None
    return RawResponse(status=meta.status, json=json, meta=meta)


def _check_method(method: object) -> str:
    if not isinstance(method, str) or str.upper(method) not in _METHODS:
        raise InvalidRequestError(f"method must be one of {', '.join(_METHODS)}.")
    return str.upper(method)
