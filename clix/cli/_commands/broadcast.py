"""`clix-py broadcast`: a push to everybody in a file."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from .._errors import exit_code
from .._errors import report as report_error
from .._parser import add_command, add_connection, add_json, takes_file
from .._session import base_url, check_settings, project_id
from .._terminal.exit import ExitCode
from .._terminal.output import ask, count_of, say, somebody_is_there, visible, width_of, write, write_json

if TYPE_CHECKING:
    from ... import PushNotification
    from .._broadcast import Ending, Plan
    from .._parser import Parser, Subparsers

_DETAILS = """\
The file has a header and a row for each notification. A column says who receives it: project_user_id (your own id
of a user), device_id, or user_id (Clix's own). The texts come from the options, with {column} filled in from the
row ({{ and }} are the braces themselves), or from columns called title, body, image_url and landing_url.

Every row is checked before the first one is sent. What becomes of each is written to a ledger, so a run that is
interrupted or killed goes on where it was when the same command is given again, and nothing is sent twice."""

_SAMPLES = 3
_LARGEST_BATCH = 500


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(commands, "broadcast", run, summary="send to everybody in a file", details=_DETAILS)
    takes_file(parser.add_argument("audience", metavar="AUDIENCE", help="a .csv, .jsonl or .parquet file"))
    _add_texts(parser)
    _add_ledger(parser)
    _add_running(parser)
    add_json(parser)
    add_connection(parser)


def _add_texts(parser: Parser) -> None:
    group = parser.add_argument_group("texts")
    group.add_argument("--title", metavar="TEXT", help="the headline, for example 'Hi {name}'")
    group.add_argument("--body", metavar="TEXT", help="the text below it")
    group.add_argument("--image-url", metavar="URL", help="a picture")
    group.add_argument("--landing-url", metavar="URL", help="what a tap opens")


def _add_ledger(parser: Parser) -> None:
    group = parser.add_argument_group("ledger")
    where = group.add_mutually_exclusive_group()
    takes_file(
        where.add_argument("--ledger", metavar="FILE", help="where it is kept; default: AUDIENCE.ledger.db")
    )
    where.add_argument("--no-ledger", action="store_true", help="keep none; the run cannot be resumed then")
    group.add_argument(
        "--name", help="of the run; another name sends to the same file again; default: AUDIENCE"
    )
    group.add_argument("--resume", action="store_true", help="go on with a run, and refuse to begin one")
    group.add_argument(
        "--resend-in-doubt",
        action="store_true",
        help="also send what an earlier run may have sent; some people may get it twice",
    )


def _add_running(parser: Parser) -> None:
    group = parser.add_argument_group("running")
    group.add_argument("--dry-run", action="store_true", help="check every row, show the first, send nothing")
    group.add_argument("--yes", action="store_true", help="do not ask")
    group.add_argument(
        "--rate", metavar="N", type=_positive, help="requests a second; default: what Clix allows"
    )
    group.add_argument(
        "--batch-size",
        metavar="N",
        type=_batch_size,
        default=_LARGEST_BATCH,
        help="notifications a request; default and most: %(default)s",
    )
    group.add_argument(
        "--concurrency", metavar="N", type=_count, help="requests at once; default: as many as help"
    )
    group.add_argument(
        "--max_outage",
        metavar="SECONDS",
        type=_positive,
        default=600.0,
        help="how long to wait for a service that fails again and again; default: 600",
    )
    group.add_argument("--report", metavar="FILE", help="write a report as a page of HTML")


def run(arguments: argparse.Namespace) -> int:
    """Check the file, ask, send, and sum up.

    Raises:
        CommandError: an option, the file, a row or the ledger is wrong; nothing was sent.
        ConfigurationError: a setting is malformed.
    """
    from .._broadcast import make_plan

    if not arguments.dry_run:
        check_settings(arguments)
    say(f"Checking {visible(arguments.audience)}")
    plan = make_plan(arguments)
    what = f"{count_of(plan.total, 'notification')} in {count_of(plan.requests, 'request')}"
    if arguments.dry_run:
        _show_plan(plan, as_json=arguments.json)
        say(f"{what}. Nothing was sent.")
        return ExitCode.OK
    what += f" to the project {visible(project_id(arguments))} at {visible(base_url(arguments))}"
    if arguments.yes or not somebody_is_there():
        say(f"Sending {what}")
    elif not ask(f"Send {what}?"):
        say("Nothing was sent.")
        return ExitCode.ERROR
    return _send(plan, arguments)


def _send(plan: Plan, arguments: argparse.Namespace) -> int:
    import asyncio

    from .._broadcast import advice, send, summary_json, summary_lines

    try:
        ending = asyncio.run(send(plan, arguments))
    except asyncio.CancelledError:
        say("Interrupted: nothing was sent.")
        return ExitCode.INTERRUPTED
    if ending.error is not None:
        report_error(ending.error)
    if arguments.json:
        write_json(summary_json(ending))
    elif ending.report.total:
        for line in summary_lines(ending.report, width_of(sys.stdout)):
            write(line)
    for line in advice(plan, ending, arguments.words):
        say(line)
    if arguments.report is not None:
        ending.report.to_html(arguments.report)
        say(f"The report is in {visible(arguments.report)}.")
    return _exit_code(plan, ending)


def _exit_code(plan: Plan, ending: Ending) -> ExitCode:
    report = ending.report
    if report.accepted == report.total >= plan.total and ending.error is None:
        return ExitCode.OK
    if ending.interrupted:
        return ExitCode.INTERRUPTED
    if ending.error is not None:
        return exit_code(ending.error)
    return ExitCode.PARTIAL if report.accepted else ExitCode.ERROR


def _show_plan(plan: Plan, *, as_json: bool) -> None:
    """The first notifications as they would go out, a line of JSON each."""
    samples = [_as_sent(item) for item in plan.samples(_SAMPLES)]
    if as_json:
        write_json({"total": plan.total, "requests": plan.requests, "samples": samples})
        return
    for sample in samples:
        write_json(sample)


def _as_sent(notification: PushNotification) -> dict[str, object]:
    from ... import Target
    from ...bulk import TEXT_FIELDS

    to = notification.to
    target = {to.kind: to.id} if isinstance(to, Target) else {"project_user_id": to}
    texts = {name: getattr(notification, name) for name in TEXT_FIELDS}
    return {"target": target, **{name: text for name, text in texts.items() if text is not None}}


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10**6:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _batch_size(text: str) -> int:
    if (number := _count(text)) > _LARGEST_BATCH:
        raise argparse.ArgumentTypeError(f"{text} is more than {_LARGEST_BATCH}")
    return number
