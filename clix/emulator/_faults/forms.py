"""Faults as people write them and read them: a JSON object, or in a header the short form `status=503; delay=0.2`.

======================  ==================================================================================
`status`                200 to 599, with `headers` (object), `body` (text, or any JSON), `processed` (boolean)
`delay`                 seconds, or an object: `{"uniform": [0.1, 0.5]}`, `{"exponential": 0.2}` (mean),
                        `{"lognormal": [0.2, 0.7]}` (median, sigma)
`cut`                   `before` or `after`
`drip`                  `{"bytes": 1, "seconds": 0.01}`
`fail_deliveries`       a reason or its short name, or `{"reason": ..., "share": 0.5}`
======================  ==================================================================================

A rule has besides `operation`, `target`, `nth` (a number or a list), `probability` and `times`. The short form knows
`status`, `processed`, `delay`, `cut`, `drip=<bytes>/<seconds>` and `fail=<reason>`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final, TypedDict

from .._state.fields import (
    MalformedError,
    as_object,
    optional_flag,
    optional_object,
    optional_text,
    read_object,
    refuse_unknown,
)
from .._state.names import OPERATION_NAMES, OperationName
from .._state.records import Json, JsonObject
from .faults import CUT_MOMENTS, CutMoment, Delay, DeliveryFault, Drip, Fault, FaultRule
from .reasons import reason_text

_FAULT_FIELDS: Final = frozenset(
    {"status", "headers", "body", "processed", "delay", "cut", "drip", "fail_deliveries"}
)
_RULE_FIELDS: Final = _FAULT_FIELDS | {"operation", "target", "nth", "probability", "times"}
_STATUS_FIELDS: Final = ("headers", "body", "processed")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"([!-~]([ -~]*[!-~])?)?")
_FRAMING_HEADERS: Final = ("content-length", "transfer-encoding", "connection")
_LONGEST_DELAY: Final = 3_600.0


class RuleOptions(TypedDict):
    """The keyword arguments of `Faults.add`."""

    operation: OperationName | None
    target: str | None
    nth: tuple[int, ...]
    probability: float
    times: int | None


def read_rule(source: JsonObject) -> tuple[Fault, RuleOptions]:
    """The fault and the conditions of a rule. Raises MalformedError."""
    refuse_unknown(source, _RULE_FIELDS)
    options: RuleOptions = {
        "operation": _read_operation(source),
        "target": optional_text(source, "target"),
        "nth": _read_nth(source.get("nth")),
        "probability": _number(source.get("probability", 1.0), "probability", 0.0, 1.0),
        "times": None if source.get("times") is None else _whole(source["times"], "times", 1),
    }
    return _read_fault(source), options


def read_header(value: str) -> Fault:
    """The fault that the header of a request asks for. Raises MalformedError."""
    if value.lstrip().startswith("{"):
        source = read_object(value.encode())
        refuse_unknown(source, _FAULT_FIELDS)
        return _read_fault(source)
    return _read_fault(_expand_short_form(value))


def rule_form(rule: FaultRule) -> JsonObject:
    """A rule as JSON that `read_rule` understands; only what was asked for."""
    form: JsonObject = {
        "operation": rule.operation,
        "target": rule.target,
        "nth": list(rule.nth) or None,
        "probability": None if rule.probability >= 1.0 else rule.probability,
        "times": rule.times,
        **_fault_form(rule.fault),
    }
    return {name: value for name, value in form.items() if value is not None}


def _fault_form(fault: Fault) -> JsonObject:
    form: JsonObject = {"cut": fault.cut}
    if fault.status is not None:
        headers: JsonObject = {**fault.headers}
        form |= {"status": fault.status, "body": fault.body, "headers": headers or None}
        form["processed"] = fault.processed or None
    if fault.delay is not None:
        form["delay"] = _delay_form(fault.delay)
    if fault.drip is not None:
        form["drip"] = {"bytes": fault.drip.piece, "seconds": fault.drip.interval}
    for delivery in fault.deliveries:
        form["fail_deliveries"] = {"reason": delivery.reason, "share": delivery.share}
    return form


def _delay_form(delay: Delay) -> Json:
    match delay.distribution:
        case "fixed":
            return delay.first
        case "exponential":
            return {"exponential": delay.first}
        case _:
            return {delay.distribution: [delay.first, delay.second]}


def _read_operation(source: JsonObject) -> OperationName | None:
    name = optional_text(source, "operation")
    if name is not None and name not in OPERATION_NAMES:
        raise MalformedError(f"unknown operation {name!r}; known are {', '.join(OPERATION_NAMES)}")
    return name


def _read_fault(source: JsonObject) -> Fault:
    fault = Fault(
        status=None if source.get("status") is None else _whole(source["status"], "status", 200, 599),
        body=source.get("body"),
        headers=_read_headers(optional_object(source, "headers")),
        processed=optional_flag(source, "processed") or False,
        delay=None if source.get("delay") is None else _read_delay(source["delay"]),
        cut=_read_cut(source),
        drip=None if source.get("drip") is None else _read_drip(source["drip"]),
        deliveries=_read_deliveries(source.get("fail_deliveries")),
    )
    if fault.status is None and any(source.get(name) is not None for name in _STATUS_FIELDS):
        raise MalformedError(f"{', '.join(_STATUS_FIELDS)} need a status")
    if not str(fault):
        raise MalformedError("a fault needs one of status, delay, cut, drip, fail_deliveries")
    return fault


def _read_headers(source: JsonObject) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in source.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _FRAMING_HEADERS:
            raise MalformedError(f"{name!r} cannot be set as a header")
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise MalformedError(f"the header {name} must be printable ASCII")
        headers[name.lower()] = value
    return headers


def _read_delay(value: Json) -> Delay:
    if not isinstance(value, dict):
        return Delay("fixed", _seconds(value, "delay"))
    match list(value.items()):
        case [("uniform", [low, high])]:
            return Delay("uniform", _seconds(low, "delay"), _seconds(high, "delay"))
        case [("exponential", mean)]:
            return Delay("exponential", _number(mean, "delay", 1e-6, _LONGEST_DELAY))
        case [("lognormal", [median, sigma])]:
            return Delay("lognormal", _seconds(median, "delay"), _number(sigma, "sigma", 0.0, 5.0))
        case _:
            raise MalformedError("delay must be seconds, or one of uniform, exponential, lognormal")


def _read_cut(source: JsonObject) -> CutMoment | None:
    cut = optional_text(source, "cut")
    if cut is not None and cut not in CUT_MOMENTS:
        raise MalformedError("cut must be 'before' or 'after'")
    return cut


def _read_drip(value: Json) -> Drip:
    source = as_object(value, "drip")
    return Drip(_whole(source.get("bytes", 1), "bytes", 1), _seconds(source.get("seconds", 0.01), "seconds"))


def _read_deliveries(value: Json) -> tuple[DeliveryFault, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (DeliveryFault(reason_text(value)),)
    source = as_object(value, "fail_deliveries")
    reason = optional_text(source, "reason") or "unknown"
    return (DeliveryFault(reason_text(reason), _number(source.get("share", 1.0), "share", 0.0, 1.0)),)


def _read_nth(value: Json) -> tuple[int, ...]:
    if value is None:
        return ()
    numbers = value if isinstance(value, list) else [value]
    return tuple(_whole(number, "nth", 1) for number in numbers)


def _expand_short_form(text: str) -> JsonObject:
    source: JsonObject = {}
    for part in text.split(";"):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in _SHORT_FORM:
            raise MalformedError(f"unknown fault {name!r}")
        field, read = _SHORT_FORM[name]
        source[field] = read(value)
    return source


def _parse_drip(text: str) -> Json:
    piece, _, interval = text.partition("/")
    return {"bytes": _parse(piece or "1"), "seconds": _parse(interval or "0.01")}


def _parse(text: str) -> int | float:
    try:
        return int(text) if text.isdigit() else float(text)
    except ValueError:
        raise MalformedError(f"{text!r} is not a number") from None


_SHORT_FORM: Final[Mapping[str, tuple[str, Callable[[str], Json]]]] = {
    "status": ("status", _parse),
    "processed": ("processed", lambda _: True),
    "delay": ("delay", _parse),
    "cut": ("cut", str),
    "drip": ("drip", _parse_drip),
    "fail": ("fail_deliveries", str),
}
"""The names of the short form: the field of the JSON form, and how its value is read."""


def _seconds(value: Json, name: str) -> float:
    return _number(value, name, 0.0, _LONGEST_DELAY)


def _number(value: Json, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise MalformedError(f"{name} must be a number from {least:g} to {most:g}")
    return float(value)


def _whole(value: Json, name: str, least: int, most: float = math.inf) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MalformedError(
            f"{name} must be a whole number from {least}" + (f" to {most}" * (most < math.inf))
        )
    return value
