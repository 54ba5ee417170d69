"""Which version we are about to release, which came last, and whether the step between them allows a break."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.version import InvalidVersion, Version

from .errors import PublicAPIError

VERSION_FILE = Path("clix/_version.py")
CHANGELOG = Path("CHANGELOG.md")

_ASSIGNMENT = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_HEADING = re.compile(r"^## \[([^\]]+)\]", re.MULTILINE)


def next_version(repository: Path) -> Version:
    """The version of the tree.

    Raises:
        PublicAPIError: clix/_version.py does not say one.
    """
    found = _ASSIGNMENT.search((repository / VERSION_FILE).read_text(encoding="utf-8"))
    if found is None:
        raise PublicAPIError(f"{VERSION_FILE.as_posix()} does not assign __version__.")
    return parsed(found[1], VERSION_FILE.as_posix())


def newest_release(repository: Path) -> Version | None:
    """The first release that CHANGELOG.md tells of, or None while all of it is unreleased.

    Raises:
        PublicAPIError: a heading is no version.
    """
    headings: list[str] = _HEADING.findall((repository / CHANGELOG).read_text(encoding="utf-8"))
    releases = [heading for heading in headings if heading.lower() != "unreleased"]
    return parsed(releases[0], CHANGELOG.as_posix()) if releases else None


def parsed(text: str, place: str) -> Version:
    """The text as a version.

    Raises:
        PublicAPIError: it is none; the message says where it stands.
    """
    try:
        return Version(text)
    except InvalidVersion:
        raise PublicAPIError(f"{place}: {text!r} is no version.") from None


def allows_breaks(released: Version, coming: Version) -> bool:
    """Whether the step says that something may break: a new major version, or before 1.0 a new minor one."""
    return breaking_step(released) <= Version(coming.base_version)


def breaking_step(released: Version) -> Version:
    """The least version that may break what `released` promised."""
    if released.major == 0:
        return Version(f"0.{released.minor + 1}.0")
    return Version(f"{released.major + 1}.0.0")
