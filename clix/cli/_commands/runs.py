"""`clix-py runs`: what a ledger knows of the broadcasts in it."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .._parser import add_command, add_json, takes_file
from .._terminal.exit import CommandError, ExitCode
from .._terminal.output import flush_output, visible, write, write_json

if TYPE_CHECKING:
    from ...bulk._ledger.runs import KnownRun
    from .._parser import Parser, Subparsers

_DETAILS = """\
A broadcast keeps its ledger beside the audience, in AUDIENCE.ledger.db. Runs are read also while they are under way."""


def register(commands: Subparsers) -> None:
    """Add the commands."""
    parser = add_command(
        commands, "runs", run_list, summary="what a ledger knows of broadcasts", details=_DETAILS
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    every = add_command(actions, "list", run_list, summary="a line for each run, the latest first")
    _add_ledger(every)
    add_json(every)
    one = add_command(actions, "show", run_show, summary="how a run stands")
    _add_ledger(one)
    _add_name(one)
    add_json(one)
    export = add_command(
        actions,
        "export",
        run_export,
        summary="print the rows that were not accepted, and failed deliveries, as CSV",
    )
    _add_ledger(export)
    _add_name(export)


def run_list(arguments: argparse.Namespace) -> int:
    """Print the runs of a ledger.

    Raises:
        LedgerError: the file is no ledger.
    """
    runs = _runs(arguments)
    if arguments.json:
        write_json({"runs": [_as_json(run) for run in runs]})
    else:
        for run in runs:
            write(
                f"{_state(run):<10}  {run.rows:>11,} rows  {run.accepted:>11,} accepted  {visible(run.name)}"
            )
    return ExitCode.OK


def run_show(arguments: argparse.Namespace) -> int:
    """Print how a run stands.

    Raises:
        CommandError: there is no such run.
        LedgerError: the file is no ledger.
    """
    run = _chosen(arguments)
    if arguments.json:
        write_json(_as_json(run))
        return ExitCode.OK
    write(f"run       {visible(run.name)}")
    write(f"state     {_state(run)}")
    for label, count in _counts(run).items():
        write(f"{label.replace('_', ' '):<8}  {count:>11,}")
    return ExitCode.OK


def run_export(arguments: argparse.Namespace) -> int:
    """Print what failed in a run as CSV. The code is 1 when it could not be written.

    Raises:
        CommandError: there is no such run.
        LedgerError: the file is no ledger.
    """
    from ... import SQLiteLedger
    from .._broadcast.failed import COLUMNS, columns_of

    ledger = SQLiteLedger(arguments.ledger, name=_chosen(arguments).name)
    is_written = _write_row(COLUMNS)
    for entry in ledger.unsettled():
        is_written = is_written and _write_row(columns_of(entry))
    return ExitCode.OK if is_written and flush_output() else ExitCode.ERROR


def _add_ledger(parser: Parser) -> None:
    takes_file(
        parser.add_argument("ledger", metavar="LEDGER", help="the file, for example audience.csv.ledger.db")
    )


def _add_name(parser: Parser) -> None:
    parser.add_argument("--name", help="of the run; default: the only one")


def _runs(arguments: argparse.Namespace) -> Sequence[KnownRun]:
    from ...bulk._ledger.runs import known_runs

    return known_runs(Path(arguments.ledger))


def _chosen(arguments: argparse.Namespace) -> KnownRun:
    runs = _runs(arguments)
    chosen = [run for run in runs if arguments.name in (None, run.name)]
    if len(chosen) != 1:
        names = ", ".join(repr(run.name) for run in runs) or "none"
        what = "say which run by --name" if arguments.name is None and runs else "there is no such run"
        raise CommandError(f"{arguments.ledger}: {what}; its runs are: {names}.")
    return chosen[0]


def _state(run: KnownRun) -> str:
    return "unfinished" if run.finished_rows is None else "finished"


def _counts(run: KnownRun) -> Mapping[str, int]:
    return {
        "rows": run.rows,
        "accepted": run.accepted,
        "rejected": run.rejected,
        "not_sent": run.not_sent,
        "in_doubt": run.in_doubt,
    }


def _as_json(run: KnownRun) -> dict[str, object]:
    return {"name": run.name, "finished": run.finished_rows is not None, **_counts(run)}


def _write_row(cells: Sequence[object]) -> bool:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return write(line.getvalue())
