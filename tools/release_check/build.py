"""Build what is committed, twice, and try it where nothing else is installed."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .claims import git
from .errors import ReleaseError

_TRY = """
import clix, clix_api_client
for name in clix.__all__:
    getattr(clix, name)
print(clix.__version__, len(clix.__all__))
"""


class Built(NamedTuple):
    """The two files of a release."""

    wheel: Path
    source_archive: Path


def export(repository: Path, folder: Path) -> Path:
    """The committed tree, and nothing that lies beside it."""
    archive = subprocess.run(
        ["git", "archive", "HEAD"], cwd=repository, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(folder, filter="data")
    return folder


def build(sources: Path, folder: Path, epoch: str) -> Built:
    """The source archive, and the wheel made from it; times in them are those of `epoch`.

    Raises:
        ReleaseError: the build failed.
    """
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    run_quietly(command, sources, {"SOURCE_DATE_EPOCH": epoch})
    return Built(next(folder.glob("*.whl")), next(folder.glob("*.tar.gz")))


def build_twice(repository: Path, scratch: Path, epoch: str) -> tuple[Path, Built]:
    """The exported tree and the files built from it, which a second build repeats byte for byte.

    Raises:
        ReleaseError: it does not.
    """
    first, second = (
        build(export(repository, scratch / name), scratch / f"{name}-dist", epoch) for name in "ab"
    )
    for one, other in zip(first, second, strict=True):
        if one.read_bytes() != other.read_bytes():
            raise ReleaseError(f"two builds of {one.name} differ")
    return scratch / "a", first


def commit_time(repository: Path) -> str:
    """Seconds since 1970, as SOURCE_DATE_EPOCH takes them."""
    return git(repository, "log", "-1", "--format=%ct").strip()


def try_wheel(wheel: Path, scratch: Path, version: str) -> str:
    """Install it with nothing but what it requires, and load every public name.

    Raises:
        ReleaseError: it cannot be installed or imported, or is another version.
    """
    environment = scratch / "empty"
    run_quietly(
        [sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, str(environment)], scratch
    )
    python = environment / "bin" / "python"
    run_quietly(
        [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python), str(wheel)],
        scratch,
    )
    said = run_quietly([str(python), "-I", "-c", _TRY], scratch).split()
    if said[0] != version:
        raise ReleaseError(f"the installed package says that it is {said[0]}, not {version}")
    return f"installs and loads its {said[1]} names without any extra"


def run_quietly(command: list[str], folder: Path, more: Mapping[str, str] | None = None) -> str:
    """What the command prints.

    Raises:
        ReleaseError: with what it printed, when it fails.
    """
    environment = {**os.environ, **(more or {})}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise ReleaseError(f"{' '.join(command[1:4])} failed:\n{run.stdout}{run.stderr}")
    return run.stdout
