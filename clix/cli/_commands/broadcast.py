"""`clix-py broadcast`: a push to everybody in a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .._errors import exit_code
from .._errors import report as report_error
from .._parser import add_command, add_connection, add_json, takes_file
from .._session import base_url, check_settings, project_id
from .._terminal.exit import CommandError, ExitCode
from .._terminal.files import replacing
from .._terminal.output import ask, count_of, say, somebody_is_there, visible, width_of, write, write_json

if TYPE_CHECKING:
    from ... import BulkReport, PushNotification
    from .._broadcast import Ending, Plan
    from .._parser import Parser, Subparsers

_DETAILS = """\
The file is CSV, JSON Lines, a JSON array or Parquet, plain or compressed by gzip, with a row for each notification.
A column says who receives it: project_user_id (your own id of a user), device_id, or user_id (Clix's own);
--to-column names another one with your ids. The texts come from the options, with {column} filled in from the row
({column|text} where it may be empty, {{ and }} for braces), or from columns called title, body, image_url and
landing_url.

Every row is checked before the first one is sent. What becomes of each is written to a ledger, so a run that is
interrupted or killed goes on where it was when the same command is given again, and nothing is sent twice."""

_SAMPLES = 3
_LARGEST_BATCH = 500


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(commands, "broadcast", run, summary="send to everybody in a file", details=_DETAILS)
    takes_file(
        parser.add_argument(
            "audience",
            metavar="AUDIENCE",
            help="a .csv, .tsv, .jsonl, .json or .parquet file, a folder of .parquet files, or - for standard input",
        )
    )
    _add_file(parser)
    _add_texts(parser)
    _add_ledger(parser)
    _add_running(parser)
    add_json(parser)
    add_connection(parser)


def _add_file(parser: Parser) -> None:
    group = parser.add_argument_group("file")
    group.add_argument("--to-column", metavar="COLUMN", help="the column with your own ids of users")
    group.add_argument(
        "--delimiter", metavar="C", type=_delimiter, help="between cells of CSV; default: found out"
    )
    group.add_argument("--encoding", metavar="NAME", help="of text; default: UTF-8, UTF-16 or Windows-1252")
    group.add_argument("--skip-bad", action="store_true", help="leave rows out that make no notification")
    takes_file(
        group.add_argument("--bad-rows", metavar="FILE", help="write those rows, and why, to a CSV file")
    )
    group.add_argument(
        "--first",
        metavar="N",
        type=_count,
        help="end after the first N rows; later the run goes on after them",
    )


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
        "--max-outage",
        metavar="SECONDS",
        type=_positive,
        default=600.0,
        help="how long to wait for a service that fails again and again; default: 600",
    )
    group.add_argument(
        "--guarantee",
        choices=("as_documented", "at_most_once", "at_least_once"),
        default="as_documented",
        help="what is repeated after an error; default: %(default)s, as Clix asks",
    )
    takes_file(group.add_argument("--report", metavar="FILE", help="write a report as a page of HTML"))
    takes_file(
        group.add_argument("--failed", metavar="FILE", help="write what failed, and why, to a CSV file")
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the file, ask, send, and sum up.

    Raises:
        CommandError: an option, the file, a row or the ledger is wrong; nothing was sent.
        ConfigurationError: a setting is malformed.
    """
    if not (arguments.dry_run or arguments.yes or somebody_is_there()):
        raise CommandError(
            "A broadcast asks before it sends, and nobody is there to answer: give --yes if you mean it."
        )
    if not arguments.dry_run:
        check_settings(arguments)
    from .._broadcast import finding_lines, make_plan

    say(f"Checking {visible(arguments.audience)}")
    plan = make_plan(arguments)
    try:
        for line in finding_lines(plan.findings, plan.audience.unit):
            say(line)
        _refuse_bad_rows(plan, arguments)
        if arguments.dry_run:
            _show_plan(plan, as_json=arguments.json)
            return ExitCode.OK
        return _ask_and_send(plan, arguments)
    finally:
        plan.close()


def _refuse_bad_rows(plan: Plan, arguments: argparse.Namespace) -> None:
    findings = plan.findings
    if not findings.bad or (arguments.skip_bad and plan.total):
        return
    where = "" if arguments.bad_rows is None else f", all listed in {arguments.bad_rows}"
    raise CommandError(
        f"{count_of(findings.bad, 'row')} of {findings.rows:,} in {plan.audience.label} cannot be sent{where}. "
        "Nothing was sent: fix them, or leave them out with --skip-bad."
    )


def _ask_and_send(plan: Plan, arguments: argparse.Namespace) -> int:
    import asyncio

    from .._broadcast import look_back

    earlier = asyncio.run(look_back(plan))
    plan = plan._replace(name=earlier.name)
    if arguments.resume and not earlier.begun:
        raise CommandError(f"There is nothing to resume: {plan.ledger} has no run {plan.name!r}.")
    left = earlier.left(plan, resend_in_doubt=arguments.resend_in_doubt)
    if earlier.begun:
        stands = (
            f"{earlier.accepted:,} accepted, {earlier.rejected:,} rejected, {earlier.in_doubt:,} in doubt"
        )
        say(
            f"Going on with the run {visible(plan.name)!r} of {visible(str(plan.ledger))}: {stands}, {left:,} left."
        )
    what = f"{count_of(left, 'notification')} in {count_of(-(-left // plan.batch_size), 'request')}"
    what += f" to the project {visible(project_id(arguments))} at {visible(base_url(arguments))}"
    if arguments.yes or not (left or earlier.rejected):
        say(f"Sending {what}" if left else "Nothing is left to send.")
    elif not ask(f"Send {what}?"):
        say("Nothing was sent.")
        return ExitCode.ERROR
    return _send(plan, arguments, resumed=earlier.begun)


def _send(plan: Plan, arguments: argparse.Namespace, *, resumed: bool) -> int:
    import asyncio

    from .._broadcast import advice, send, summary_json, summary_lines

    try:
        ending = asyncio.run(send(plan, arguments, resumed=resumed))
    except asyncio.CancelledError:
        say("Interrupted: nothing was sent.")
        return ExitCode.INTERRUPTED
    if ending.error is not None:
        cause = ending.error.__cause__
        report_error(
            cause if isinstance(cause, CommandError) else ending.error
        )  # it names the file and the line
    if arguments.json:
        write_json(summary_json(ending) | {"excluded": plan.excluded})
    elif ending.report.total:
        for line in summary_lines(ending.report, width_of(sys.stdout)):
            write(line)
    for line in advice(plan, ending, arguments.words):
        say(line)
    if arguments.report is not None:
        _write_report(ending.report, arguments.report)
    return _exit_code(plan, ending)


def _write_report(report: BulkReport, name: str) -> None:
    """A report that cannot be written changes nothing about what was sent, so it does not change the exit code."""
    if not report.total:
        say(f"There is nothing to report; {visible(name)} was not written.")
        return
    try:
        with replacing(Path(name)) as file:
            report.to_html(file.name)
    except OSError as problem:
        say(f"The report cannot be written to {visible(name)}: {problem.strerror or problem}.")
        return
    say(f"The report is in {visible(name)}.")


def _exit_code(plan: Plan, ending: Ending) -> ExitCode:
    report = ending.report
    if (
        ending.error is None
        and report.accepted
        and report.accepted + plan.excluded == report.total >= plan.rows
    ):
        return ExitCode.OK if report.delivered else ExitCode.ERROR
    if ending.interrupted:
        return ExitCode.INTERRUPTED
    if ending.error is not None:
        return exit_code(ending.error)
    return ExitCode.PARTIAL if report.accepted else ExitCode.ERROR


def _show_plan(plan: Plan, *, as_json: bool) -> None:
    """The first notifications as they would go out, a line of JSON each."""
    from .._broadcast import findings_json

    samples = [_as_sent(item) for item in plan.samples(_SAMPLES)]
    if as_json:
        counts = {"total": plan.total, "requests": plan.requests}
        write_json({**counts, "samples": samples, **findings_json(plan.findings)})
    else:
        for sample in samples:
            write_json(sample)
    what = f"{count_of(plan.total, 'notification')} in {count_of(plan.requests, 'request')}"
    say(f"{what}. Nothing was sent.")


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


def _delimiter(text: str) -> str:
    text = {"\\t": "\t", "tab": "\t"}.get(text, text)
    if len(text) != 1 or text in '"\r\n':
        raise argparse.ArgumentTypeError(f"{text!r} is not one character, such as ';' or tab")
    return text


def _batch_size(text: str) -> int:
    if (number := _count(text)) > _LARGEST_BATCH:
        raise argparse.ArgumentTypeError(f"{text} is more than {_LARGEST_BATCH}")
    return number
