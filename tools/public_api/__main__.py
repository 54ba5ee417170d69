"""The command line."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.version import Version

from clix import __version__

from .compare import find_breaks
from .stubs import read_stubs

REPOSITORY = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("released.txt")
UNRELEASED = "nothing"

_HEAD = "The public API as of release {}. Written by `make record-api`; do not edit.\n"
_SECTION = re.compile(r"^==== (\S+)\n", re.MULTILINE)


class PublicAPIError(Exception):
    """The comparison ends with this text: what is wrong and what to do."""


def newest_release(changelog: str) -> str:
    """The version of the first released section, or UNRELEASED."""
    headings: list[str] = re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    return headings[0] if headings else UNRELEASED


def breaking_step(released: str) -> Version:
    """The lowest version that may break what `released` promised: the next major, before 1.0.0 the next minor."""
    version = Version(released)
    return Version(f"{version.major + 1}.0.0" if version.major else f"0.{version.minor + 1}.0")


def check(old: Mapping[str, str], new: Mapping[str, str], released: str, coming: str) -> str:
    """What the comparison says.

    Args:
        old: the recorded stubs.
        new: the stubs of today.
        released: the version that the record is of, or UNRELEASED.
        coming: the version of the tree.

    Raises:
        PublicAPIError: `new` breaks what `old` promised, and `coming` does not say so.
    """
    breaks = find_breaks(old, new)
    listed = "".join(f"\n  {found}" for found in breaks)
    if released == UNRELEASED:
        return (
            "Nothing is released yet; the record is what the next release is compared with. "
            f"Breaking differences from it: {len(breaks)}.{listed}"
        )
    if breaks and Version(Version(coming).base_version) < breaking_step(released):
        raise PublicAPIError(
            f"The public API breaks what {released} promised, and version {coming} does not say so:{listed}\n"
            "Keep the old way working and deprecate it, or set the version in clix/_version.py to "
            f"{breaking_step(released)} or higher and describe the change in CHANGELOG.md."
        )
    return f"Public API: {len(breaks)} breaking differences from {released}; the version is {coming}.{listed}"


def read_record(text: str) -> tuple[str, dict[str, str]]:
    """The release that a record is of, or UNRELEASED; and its stubs.

    Raises:
        PublicAPIError: the text is no record.
    """
    head, *sections = _SECTION.split(text)
    version = re.fullmatch(re.escape(_HEAD).replace(r"\{\}", r"(\S+)"), head)
    if version is None or not sections:
        raise PublicAPIError(
            f"{RECORD.name} is not what `make record-api` writes; restore it from the history."
        )
    return version[1], dict(zip(sections[::2], sections[1::2], strict=True))


def recorded(version: str, stubs: Mapping[str, str]) -> str:
    """The text of a record."""
    return _HEAD.format(version) + "".join(f"==== {module}\n{text}" for module, text in stubs.items())


def run(*, record: bool) -> str:
    """Compare the tree with the record, and write a new record if asked to; the result says what was found.

    Raises:
        PublicAPIError: a break that the version does not announce, or the record is of another release.
    """
    released = newest_release((REPOSITORY / "CHANGELOG.md").read_text("utf-8"))
    version, old = read_record(RECORD.read_text("utf-8"))
    stubs = read_stubs(REPOSITORY)
    said = check(old, stubs, version, __version__)
    if record:
        if released not in {UNRELEASED, __version__}:
            raise PublicAPIError(
                f"The newest release in CHANGELOG.md is {released}, the version is {__version__}. "
                "Move *Unreleased* under the version first."
            )
        RECORD.write_text(recorded(released, stubs), "utf-8")
        return f"{said}\nRecorded {sum(map(len, stubs.values()))} characters."
    if released != version:
        raise PublicAPIError(f"The newest release in CHANGELOG.md is {released}, the record is of {version}.")
    return said


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the result is the exit code: 0 fine, 1 a break or anything that hides one."""
    parser = argparse.ArgumentParser(
        prog="public_api", description="Hold the public API to the last release."
    )
    parser.add_argument(
        "--record", action="store_true", help="write down the API as that of the newest release"
    )
    try:
        print(run(record=parser.parse_args(arguments).record))
    except PublicAPIError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
