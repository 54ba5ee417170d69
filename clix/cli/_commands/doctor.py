"""`clix-py doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .._errors import redact
from .._parser import add_command, add_connection, add_json
from .._terminal.exit import ExitCode
from .._terminal.output import fitted, say, width_of, write_json
from .._terminal.paint import Line, Span, Style, open_console, write_lines

if TYPE_CHECKING:
    from .._doctor import Check
    from .._parser import Subparsers

_DETAILS = """\
Looks at the settings, the network, TLS, the service, its speed and limit, and this machine's clock.
Each line is ok, warn or fail. Nothing is sent to anybody, and no key is shown."""

_STYLES: dict[str, Style] = {"ok": "good", "warn": "doubtful", "fail": "bad"}
_INDENT = " " * 18


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands, "doctor", run, summary="check settings, network and service", details=_DETAILS
    )
    add_json(parser)
    add_connection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the checks as they are made. Exit code 1 when one fails, 4 when Clix refused the key."""
    from .._doctor import diagnose

    console = None if arguments.json else open_console(sys.stdout)
    width = width_of(sys.stdout)
    checks: list[Check] = []
    for check in diagnose(arguments):
        checks.append(check)
        if not arguments.json:
            write_lines(_lines(check, width), console)
    if arguments.json:
        write_json(
            {"ok": _exit_code(checks) is ExitCode.OK, "checks": [_check_json(check) for check in checks]}
        )
    elif _exit_code(checks) is not ExitCode.OK:
        say("What comes after the failure was not checked.")
    return _exit_code(checks)


def _exit_code(checks: list[Check]) -> ExitCode:
    if any(check.refused for check in checks):
        return ExitCode.AUTH
    return ExitCode.ERROR if any(check.level == "fail" for check in checks) else ExitCode.OK


def _check_json(check: Check) -> dict[str, object]:
    return {
        "level": check.level.value,
        "name": check.name,
        "found": redact(check.found),
        "advice": redact(check.advice) or None,
    }


def _lines(check: Check, width: int | None) -> Iterator[Line]:
    """A line, its continuations, and the advice below it; `width` is None where nothing need be wrapped."""
    found = fitted(f"{check.level:<5} {check.name:<12}{redact(check.found)}", width, _INDENT)
    yield [Span(check.level, _STYLES[check.level]), Span(found[0][len(check.level) :])]
    yield from ([Span(line)] for line in found[1:])
    if check.advice:
        advice = fitted(f"{_INDENT}-> {redact(check.advice)}", width, f"{_INDENT}   ")
        yield from ([Span(line, _STYLES[check.level])] for line in advice)
