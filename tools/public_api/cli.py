"""The command line of the guard."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from packaging.version import Version

from .compare import Break, find_breaks
from .errors import PublicAPIError
from .record import RECORD, Record, read_record, write_record
from .stubs import Stubs, read_stubs
from .versions import allows_breaks, breaking_step, newest_release, next_version, parsed

REPOSITORY = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None, repository: Path = REPOSITORY) -> int:
    """Run the command line; the result is the exit code: 0 fine, 1 a break or anything that hides one."""
    parser = argparse.ArgumentParser(
        prog="public_api", description="Hold the public API to what the last release promised."
    )
    parser.add_argument(
        "--record", action="store_true", help="write down the API as released by the version of the tree"
    )
    options = parser.parse_args(arguments)
    try:
        print((record_release if options.record else check)(repository))
    except PublicAPIError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def check(repository: Path) -> str:
    """Compare the tree with the last release; the result says what was found.

    Raises:
        PublicAPIError: a break that the version does not announce, or no trustworthy record to compare with.
    """
    stubs, record = read_stubs(repository), read_record(repository / RECORD)
    released = newest_release(repository)
    if record.version != (None if released is None else str(released)):
        raise PublicAPIError(
            f"CHANGELOG.md tells of release {released or 'none'}, {RECORD.as_posix()} of {record.version or 'none'}. "
            "A release runs `make record-api`; see CONTRIBUTING.md."
        )
    return _compare(stubs, record, next_version(repository))


def record_release(repository: Path) -> str:
    """Write down the tree's API as that of its version, unless it breaks more than that version may.

    Raises:
        PublicAPIError: it does, or CHANGELOG.md does not tell of that version yet.
    """
    stubs, record = read_stubs(repository), read_record(repository / RECORD)
    version = next_version(repository)
    if newest_release(repository) != version:
        raise PublicAPIError(
            f"CHANGELOG.md's first release is not {version}; move *Unreleased* under it first."
        )
    said = _compare(stubs, record, version)
    write_record(repository / RECORD, Record(str(version), stubs.texts))
    return f"{said}\nRecorded the public API of {version}, {len(stubs.places)} names, in {RECORD.as_posix()}."


def _compare(stubs: Stubs, record: Record, coming: Version) -> str:
    if record.version is None:
        return (
            "PUBLIC API: NOT COMPARED. Nothing is released yet, so nothing is promised; the first `make record-api` "
            f"changes that. {len(stubs.places)} public names were read."
        )
    released = parsed(record.version, RECORD.as_posix())
    breaks = find_breaks(record.texts, stubs.texts)
    if not breaks:
        return f"Public API against {released}: nothing breaks."
    if not allows_breaks(released, coming):
        raise PublicAPIError(_complaint(breaks, stubs, released, coming))
    head = f"Public API against {released}: {len(breaks)} breaks, which version {coming} announces."
    return "\n".join([head, *(f"  {found}" for found in breaks)])


def _complaint(breaks: Sequence[Break], stubs: Stubs, released: Version, coming: Version) -> str:
    advice = (
        "Keep what there was working and deprecate it; or set the version in clix/_version.py to "
        f"{breaking_step(released)} or higher and tell it in CHANGELOG.md."
    )
    lines = [f"  {_place(found.path, stubs)}: {found}{_moved(found.path, stubs)}" for found in breaks]
    head = f"The public API breaks what {released} promised, and version {coming} does not say so:"
    return "\n".join([head, *lines, advice])


def _place(path: str, stubs: Stubs) -> str:
    """`file:line` of the name, or of what it belonged to when it is gone."""
    path = path.partition("(")[0]
    while path not in stubs.places and "." in path:
        path = path.rpartition(".")[0]
    return stubs.places.get(path, path.replace(".", "/"))


def _moved(path: str, stubs: Stubs) -> str:
    """Where a name that is gone from `path` stands now, if only one place has it."""
    if "(" in path or path in stubs.places:
        return ""
    name = f".{path.rpartition('.')[2]}"
    found = [place for place in stubs.places if place.endswith(name)]
    return f" (there is {found[0]})" if len(found) == 1 else ""
