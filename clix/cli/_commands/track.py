"""`clix-py track`: record an event of a device."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .._parser import add_command, add_connection, add_json, add_properties
from .._properties import read_properties
from .._results import meta_json
from .._session import call
from .._terminal.exit import ExitCode
from .._terminal.output import say, visible, write_json

if TYPE_CHECKING:
    from ... import Event
    from .._parser import Subparsers


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(commands, "track", run, summary="track an event of a device")
    parser.add_argument("device", metavar="DEVICE", help="the device's id")
    parser.add_argument("name", metavar="NAME", help="the event's name, for example PURCHASED")
    parser.add_argument("--message-id", metavar="ID", help="the push that led to it")
    add_properties(parser)
    add_json(parser)
    add_connection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Track it.

    Raises:
        ClixError: it was not accepted.
    """
    properties = read_properties(arguments.property, arguments.properties) or None
    event = call(
        arguments,
        lambda clix: clix.events.track(
            arguments.device, arguments.name, properties=properties, message_id=arguments.message_id
        ),
    )
    if arguments.json:
        write_json(_event_json(event))
    else:
        say(f"Tracked {visible(event.name)} of the device {visible(event.device_id)}.")
    return ExitCode.OK


def _event_json(event: Event) -> dict[str, object]:
    return {
        "device_id": event.device_id,
        "user_id": event.user_id,
        "name": event.name,
        "message_id": event.message_id,
        "properties": event.properties,
        "meta": None if event.meta is None else meta_json(event.meta),
    }
