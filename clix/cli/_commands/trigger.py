"""`clix-py trigger`: start a campaign that was made in Clix's console."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .._parser import add_command, add_connection, add_json, add_properties
from .._properties import read_properties
from .._results import meta_json
from .._session import call
from .._terminal.exit import CommandError, ExitCode
from .._terminal.output import say, visible, write, write_json

if TYPE_CHECKING:
    from ... import Target
    from .._parser import Subparsers

_DETAILS = """\
Without --broadcast, --target or --device the campaign's own audience decides who receives it; its segment always
filters. Deliveries go on after the command has ended."""


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(commands, "trigger", run, summary="trigger a campaign", details=_DETAILS)
    parser.add_argument("campaign", metavar="CAMPAIGN", help="the campaign's id, from the console")
    parser.add_argument("--broadcast", action="store_true", help="to everybody in the campaign's segment")
    parser.add_argument(
        "--target", metavar="ID", action="extend", nargs="+", default=[], help="to these of your users"
    )
    parser.add_argument(
        "--device", metavar="ID", action="extend", nargs="+", default=[], help="to these devices"
    )
    add_properties(parser)
    add_json(parser)
    add_connection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Trigger it and print the trigger's id.

    Raises:
        CommandError: targets beside a broadcast.
        ClixError: it was not accepted.
    """
    if arguments.broadcast and (arguments.target or arguments.device):
        raise CommandError("Give --broadcast or targets, not both: a broadcast would ignore the targets.")
    properties = read_properties(arguments.property, arguments.properties)
    triggered = call(
        arguments,
        lambda clix: clix.campaigns.trigger(
            arguments.campaign,
            broadcast=arguments.broadcast or None,
            targets=_targets(arguments) or None,
            properties=properties or None,
        ),
    )
    if arguments.json:
        write_json({"trigger_id": triggered.trigger_id, "meta": meta_json(triggered.meta)})
    else:
        write(visible(triggered.trigger_id))
        say("Triggered; Clix is delivering now.")
    return ExitCode.OK


def _targets(arguments: argparse.Namespace) -> list[Target]:
    from ... import Target

    return [
        *(Target.project_user(name) for name in arguments.target),
        *(Target.device(name) for name in arguments.device),
    ]
