"""`clix-py users`: create, update, delete."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from .._parser import add_command, add_connection, add_json, add_properties
from .._properties import read_properties
from .._results import meta_json
from .._session import call
from .._terminal.exit import CommandError, ExitCode
from .._terminal.output import ask, say, somebody_is_there, visible, write, write_json

if TYPE_CHECKING:
    from ... import User
    from .._parser import Parser, Subparsers


def register(commands: Subparsers) -> None:
    """Add the three commands."""
    group = commands.add_parser(
        "users", help="create, update or delete a user", description="Create, update or delete a user."
    )
    actions = group.add_subparsers(title="commands", metavar="COMMAND", dest="action", required=True)
    create = add_command(
        actions, "create", run_create, summary="create a user, or update the properties of one that exists"
    )
    update = add_command(
        actions, "update", run_update, summary="change properties; the others stay as they are"
    )
    for parser in (create, update):
        _add_user(parser)
        parser.add_argument("pairs", metavar="KEY=VALUE", nargs="*", help="properties, as --property")
        add_properties(parser)
        add_json(parser)
        add_connection(parser)
    delete = add_command(actions, "delete", run_delete, summary="delete a user for good")
    _add_user(delete)
    delete.add_argument("--yes", action="store_true", help="do not ask")
    add_json(delete)
    add_connection(delete)


def run_create(arguments: argparse.Namespace) -> int:
    """Create the user and print its properties.

    Raises:
        ClixError: it was refused, or Clix cannot be reached.
    """
    name: str = arguments.project_user_id
    properties = _properties(arguments)
    return _show(arguments, call(arguments, lambda clix: clix.users.create(name, properties or None)))


def run_update(arguments: argparse.Namespace) -> int:
    """Update the user and print the properties.

    Raises:
        CommandError: there is nothing to change.
        ClixError: it was refused, or Clix cannot be reached.
    """
    properties = _properties(arguments)
    if not properties:
        raise CommandError("There is nothing to change: give at least one KEY=VALUE.")
    name: str = arguments.project_user_id
    return _show(arguments, call(arguments, lambda clix: clix.users.update(name, properties)))


def run_delete(arguments: argparse.Namespace) -> int:
    """Delete the user, after asking.

    Raises:
        CommandError: nobody is there to be asked.
        ClixError: it was refused, or Clix cannot be reached.
    """
    name: str = arguments.project_user_id
    if not arguments.yes and not _agreed(name):
        say("Nothing was deleted.")
        return ExitCode.ERROR
    deleted = call(arguments, lambda clix: clix.users.delete(name))
    if arguments.json:
        write_json({"project_user_id": name, "deleted": True, "meta": meta_json(deleted.meta)})
    else:
        say(f"There is no user {visible(name)} any more.")
    return ExitCode.OK


def _add_user(parser: Parser) -> None:
    parser.add_argument("project_user_id", metavar="ID", help="your own id of the user")


def _properties(arguments: argparse.Namespace) -> dict[str, Any]:
    return read_properties([*arguments.pairs, *arguments.property], arguments.properties)


def _agreed(name: str) -> bool:
    if not somebody_is_there():
        raise CommandError(
            "Deleting a user asks first, and nobody is there to answer: give --yes if you mean it."
        )
    return ask(f"Delete the user {visible(name)} for good?")


def _show(arguments: argparse.Namespace, user: User) -> int:
    if arguments.json:
        properties = dict(user.properties)
        write_json(
            {"project_user_id": user.project_user_id, "properties": properties, "meta": meta_json(user.meta)}
        )
        return ExitCode.OK
    for key, value in user.properties.items():
        write(f"{visible(key)}={visible(json.dumps(value, ensure_ascii=False))}")
    say(f"Clix has stored {visible(user.project_user_id)}.")
    return ExitCode.OK
