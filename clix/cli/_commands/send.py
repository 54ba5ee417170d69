"""`clix-py send`: one push to one target."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .._parser import add_command, add_connection, add_json
from .._results import sent_json
from .._session import call
from .._terminal.exit import CommandError, ExitCode
from .._terminal.output import count_of, say, visible, write, write_json

if TYPE_CHECKING:
    from ... import Clix, Delivery, SendResult, Target
    from .._parser import Subparsers

_DETAILS = """\
Exit code 0: every delivery succeeded. 3: some did. 1: none did, or there is no device.
An error says whether it is safe to send again; 'in doubt' means that it may have been delivered."""


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(commands, "send", run, summary="send one push", details=_DETAILS)
    parser.add_argument("target", metavar="TARGET", help="your own id of the user (project_user_id)")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--device", action="store_true", help="TARGET is a device's id")
    kind.add_argument("--clix-user", action="store_true", help="TARGET is Clix's own id of a user")
    parser.add_argument("--title", metavar="TEXT", help="the headline")
    parser.add_argument("--body", metavar="TEXT", help="the text below it")
    parser.add_argument("--image-url", metavar="URL", help="a picture")
    parser.add_argument("--landing-url", metavar="URL", help="what a tap opens")
    add_json(parser)
    add_connection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Send it, and print a line for each delivery.

    Raises:
        CommandError: neither a title nor a body.
        ClixError: it was not accepted.
    """
    if not (arguments.title or arguments.body):
        raise CommandError("There is nothing to say: give --title or --body.")
    sent = call(arguments, lambda clix: _send(clix, arguments))
    if arguments.json:
        write_json(sent_json(sent))
    else:
        _show(sent)
    return _exit_code(sent)


async def _send(clix: Clix, arguments: argparse.Namespace) -> SendResult:
    return await clix.messages.send(
        _target(arguments),
        title=arguments.title,
        body=arguments.body,
        image_url=arguments.image_url,
        landing_url=arguments.landing_url,
    )


def _target(arguments: argparse.Namespace) -> Target:
    from ... import Target

    if arguments.device:
        return Target.device(arguments.target)
    return (
        Target.clix_user(arguments.target) if arguments.clix_user else Target.project_user(arguments.target)
    )


def _exit_code(sent: SendResult) -> ExitCode:
    if not any(delivery.succeeded for delivery in sent.deliveries):
        return ExitCode.ERROR
    return ExitCode.PARTIAL if sent.failures else ExitCode.OK


def _show(sent: SendResult) -> None:
    for delivery in sent.deliveries:
        write(_line(delivery))
    say(_summary(sent))
    if sent.meta.may_have_repeated:
        say("A first try was answered with a server error and repeated: it may have arrived twice.")


def _summary(sent: SendResult) -> str:
    if not sent.deliveries:
        return "Accepted, but no device was found: nothing was delivered."
    failed = f", {len(sent.failures):,} of them failed" if sent.failures else ""
    return f"Accepted: {count_of(len(sent.deliveries), 'delivery', 'deliveries')}{failed}."


def _line(delivery: Delivery) -> str:
    parts = [
        "delivered" if delivery.succeeded else "failed   ",
        f"message {delivery.message_id or '-'}",
        f"device {delivery.device_id or '-'}",
        "" if delivery.succeeded else delivery.failure_reason or delivery.status,
    ]
    return "  ".join(visible(part) for part in parts if part)
