"""Write clix_api_client/ from openapi.yaml, or check that it holds exactly what would be written.

    python -m tools.generate_client             is `make generate`
    python -m tools.generate_client --check     is `make check-generated`

The same bytes come out everywhere because generator-config.yaml isolates ruff from our settings and because
both tools are pinned in pyproject.toml (dependency group `generate`); another version of either is refused.
"""

import argparse
import filecmp
import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = "clix_api_client"
HEADER = '# Generated from openapi.yaml by "make generate"; do not edit.\n'


class GenerationError(Exception):
    """The client could not be generated; the text says why."""


class Change(StrEnum):
    """How a file of the package differs from the one that would be generated."""

    DIFFERS = "differs"
    MISSING = "missing"
    STRAY = "stray"


class Difference(NamedTuple):
    """One file that is not as it would be generated; the path is relative to the package."""

    change: Change
    path: Path


def pinned_versions(pyproject: Path) -> dict[str, str]:
    """The tools and versions of pyproject.toml's dependency group `generate`."""
    requirements: list[str] = tomllib.loads(pyproject.read_text())["dependency-groups"]["generate"]
    pins = dict(requirement.split("==") for requirement in requirements if "==" in requirement)
    if len(pins) != len(requirements):
        raise GenerationError(f"{pyproject.name}: every tool in the group `generate` needs an exact version")
    return pins


def require_versions(pinned: dict[str, str], installed: dict[str, str]) -> None:
    """Raise GenerationError unless every pinned tool is installed in its pinned version."""
    wrong = [
        f"{tool} is {installed.get(tool, 'not installed')}, pinned is {version}"
        for tool, version in pinned.items()
        if installed.get(tool) != version
    ]
    if wrong:
        raise GenerationError(f"wrong tool version: {'; '.join(wrong)}")


def installed_versions(tools: Iterable[str]) -> dict[str, str]:
    """The versions of those of `tools` that are installed beside this Python."""
    return {tool: version for tool in tools if (version := _installed_version(tool)) is not None}


def generate(spec: Path, config: Path, package: Path) -> None:
    """Write a fresh package from `spec` to `package`, which must not exist yet."""
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta=none"]
    command += [f"--path={spec}", f"--config={config}", f"--output-path={package}"]
    run = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise GenerationError(f"openapi-python-client failed:\n{run.stdout}{run.stderr}")
    for module in package.rglob("*.py"):
        module.write_text(HEADER + module.read_text(encoding="utf-8"), encoding="utf-8")


def differences(actual: Path, expected: Path) -> list[Difference]:
    """Every file that differs between two package folders, byte-code caches aside."""
    present, wanted = _files(actual), _files(expected)
    changed = {
        path for path in present & wanted if not filecmp.cmp(actual / path, expected / path, shallow=False)
    }
    return [
        *(Difference(Change.DIFFERS, path) for path in sorted(changed)),
        *(Difference(Change.MISSING, path) for path in sorted(wanted - present)),
        *(Difference(Change.STRAY, path) for path in sorted(present - wanted)),
    ]


def check(repository: Path) -> list[Difference]:
    """Compare the repository's package with a fresh one, which is made in a temporary folder."""
    with tempfile.TemporaryDirectory() as scratch:
        return differences(repository / PACKAGE, _generate_in(Path(scratch), repository))


def write(repository: Path) -> None:
    """Replace the repository's package by a fresh one; it stays as it was if generation fails."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = _generate_in(Path(scratch), repository)
        shutil.rmtree(repository / PACKAGE, ignore_errors=True)
        shutil.copytree(fresh, repository / PACKAGE)


def main(arguments: Sequence[str] | None = None, repository: Path = REPOSITORY) -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(prog="generate_client", description=f"Write {PACKAGE}/, or check it.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a file is not up to date"
    )
    options = parser.parse_args(arguments)
    try:
        if options.check:
            return _report(check(repository))
        write(repository)
    except GenerationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _installed_version(tool: str) -> str | None:
    try:
        return importlib.metadata.version(tool)
    except importlib.metadata.PackageNotFoundError:
        return None


def _generate_in(scratch: Path, repository: Path) -> Path:
    pinned = pinned_versions(repository / "pyproject.toml")
    require_versions(pinned, installed_versions(pinned))
    package = scratch / PACKAGE
    generate(repository / "openapi.yaml", repository / "generator-config.yaml", package)
    return package


def _environment() -> dict[str, str]:
    """Our environment, with the tools that are installed beside this Python found first."""
    return os.environ | {"PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])}


def _files(package: Path) -> set[Path]:
    paths = (path.relative_to(package) for path in package.rglob("*") if not path.is_dir())
    return {path for path in paths if "__pycache__" not in path.parts}


def _report(found: Sequence[Difference]) -> int:
    if not found:
        return 0
    print(f"{PACKAGE}/ is not what openapi.yaml generates:", file=sys.stderr)
    for change, path in found:
        print(f"  {change:8} {PACKAGE}/{path.as_posix()}", file=sys.stderr)
    print("Change openapi.yaml instead of the package, then run `make generate`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
