"""What a release says of itself: its version, its notes, its tag, the tree it is made of."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tools.public_api.record import RECORD, read_record
from tools.public_api.versions import CHANGELOG, newest_release, next_version

from .errors import ReleaseError

_SECTION = re.compile(r"^## \[([^\]]+)\]([^\n]*)\n(.*?)(?=^## \[|\Z)", re.MULTILINE | re.DOTALL)


def check_version(repository: Path, tag: str | None) -> str:
    """The version, the first release of CHANGELOG.md, the recorded public API and the tag are of one mind.

    Raises:
        ReleaseError: they are not.
    """
    version, told = next_version(repository), newest_release(repository)
    if told != version:
        raise ReleaseError(
            f"clix/_version.py says {version}, the first release of CHANGELOG.md is {told or 'none'}"
        )
    recorded = read_record(repository / RECORD).version
    if recorded != str(version):
        raise ReleaseError(f"the recorded public API is of {recorded or 'no release'}; run `make record-api`")
    if tag is not None and tag != f"v{version}":
        raise ReleaseError(f"the tag is {tag}, the version {version}")
    return f"{version}, as CHANGELOG.md and the recorded public API say{' and the tag' if tag else ''}"


def release_notes(repository: Path) -> str:
    """What CHANGELOG.md tells of the version.

    Raises:
        ReleaseError: nothing, or without a date.
    """
    version = str(next_version(repository))
    sections = _SECTION.findall((repository / CHANGELOG).read_text(encoding="utf-8"))
    for name, rest, text in sections:
        if name == version:
            if not re.fullmatch(r" - \d{4}-\d{2}-\d{2}", rest):
                raise ReleaseError(
                    f"CHANGELOG.md: the heading of {version} needs a date, as in `## [{version}] - 2026-01-31`"
                )
            if not text.strip():
                raise ReleaseError(f"CHANGELOG.md tells nothing of {version}")
            return f"{text.strip()}\n"
    raise ReleaseError(f"CHANGELOG.md tells nothing of {version}")


def check_tree(repository: Path) -> str:
    """What is released is what is committed.

    Raises:
        ReleaseError: a file is not committed.
    """
    changed = git(repository, "status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - 1} more" if changed[1:] else ""
        raise ReleaseError(f"not committed: {changed[0][3:]}{more}")
    return f"clean at {git(repository, 'rev-parse', '--short', 'HEAD').strip()}"


def git(repository: Path, *arguments: str) -> str:
    """What git prints."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout
