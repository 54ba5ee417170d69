"""Run the tests against other packages than the locked ones, or against the wheel.

    python -m tools.run_tests_with oldest       is `make test-oldest`: the lowest versions that pyproject.toml allows
    python -m tools.run_tests_with newest       is `make test-newest`: the newest of everything, resolved now
    python -m tools.run_tests_with wheel        is `make test-wheel`: the built wheel, where there is no source tree

What stands after these words goes to pytest. Each has an environment of its own, `.venv-oldest` and so on, made anew.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

REPOSITORY = Path(__file__).resolve().parent.parent
LOCK = Path("requirements/dev.txt")
KINDS = ("oldest", "newest", "wheel")

# Older packages under newer test tools: a stream that an old starlette leaves open is none of ours.
_OLDEST_OPTIONS = ("-W", "default::pytest.PytestUnraisableExceptionWarning")
# The tests of our own programs, and the recipes, whose frameworks want newer packages than we do.
_NOT_WITH_OLDEST = ("tests/benchmarks", "tests/docs", "tests/tools", "tests/integrations/test_recipes.py")
# What the tests read besides the packages, and the tests that are about the source tree itself.
_BESIDE_THE_WHEEL = (
    "tests",
    "docs",
    "examples",
    "openapi.yaml",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
)
_ABOUT_THE_SOURCES = (
    "tests/benchmarks",
    "tests/docs",
    "tests/tools",
    "tests/test_boundaries.py",
    "tests/test_wheel.py",
    "tests/test_workflows.py",
    "tests/testing/test_examples.py",
)


def direct_dependencies(pyproject: Path) -> set[NormalizedName]:
    """The names of what the SDK and its extras require, as pip spells them."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    lists: Iterable[list[str]] = (project["dependencies"], *project["optional-dependencies"].values())
    names = {canonicalize_name(Requirement(text).name) for requirements in lists for text in requirements}
    return names - {canonicalize_name(project["name"])}


def pins_of(requirements: str, names: set[NormalizedName]) -> list[str]:
    """Those lines `name==version` of a compiled file that pin one of `names`."""
    lines = (line.split(";")[0].strip() for line in requirements.splitlines() if "==" in line)
    return [line for line in lines if canonicalize_name(Requirement(line).name) in names]


class Bench:
    """An environment for one run of the tests, and a scratch folder."""

    def __init__(self, repository: Path, kind: str, scratch: Path) -> None:
        self._repository = repository
        self._kind = kind
        self._scratch = scratch
        self.python = repository / f".venv-{kind}" / "bin" / "python"

    def prepare(self) -> None:
        """Make the environment and install into it."""
        requirements = self._requirements()
        self._uv("venv", "--quiet", "--clear", "--python", sys.executable, str(self.python.parents[1]))
        self._pip("sync", str(requirements))
        project = [str(self._wheel())] if self._kind == "wheel" else ["--editable", "."]
        self._pip("install", "--no-deps", *project)

    def run(self, arguments: Sequence[str]) -> int:
        """Run the tests; the result is pytest's exit code."""
        folder = self._repository
        left_out: Sequence[str] = ()
        options: Sequence[str] = ()
        if self._kind == "oldest":
            left_out, options = _NOT_WITH_OLDEST, _OLDEST_OPTIONS
        if self._kind == "wheel":
            folder, left_out = self._without_sources(), _ABOUT_THE_SOURCES
        command = [str(self.python), "-m", "pytest", "-m", "not slow", "--numprocesses", "2", *options]
        command += [f"--ignore={path}" for path in left_out]
        return subprocess.run([*command, *arguments], cwd=folder, check=False).returncode

    def _requirements(self) -> Path:
        if self._kind == "wheel":
            return self._repository / LOCK
        compiled = self._scratch / "requirements.txt"
        if self._kind == "newest":
            self._compile("--output-file", str(compiled))
            return compiled
        lowest = self._compile("--resolution", "lowest-direct", groups=())
        constraints = self._scratch / "lowest.txt"
        constraints.write_text(
            "\n".join(pins_of(lowest, direct_dependencies(self._repository / "pyproject.toml")))
        )
        shutil.copy(self._repository / LOCK, compiled)  # uv keeps the versions it finds here where it can
        self._compile("--constraint", str(constraints), "--output-file", str(compiled))
        return compiled

    def _compile(self, *options: str, groups: Sequence[str] = ("--group", "dev")) -> str:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        fixed = ("pip", "compile", "--quiet", "--no-header", "--no-annotate", "--all-extras", *groups)
        return self._uv(*fixed, "--python-version", version, *options, "pyproject.toml")

    def _wheel(self) -> Path:
        built = self._scratch / "dist"
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built)]
        subprocess.run(command, cwd=self._repository, check=True, stdout=subprocess.DEVNULL)
        return next(built.glob("*.whl"))

    def _without_sources(self) -> Path:
        folder = self._scratch / "elsewhere"
        folder.mkdir()
        for name in _BESIDE_THE_WHEEL:
            source = self._repository / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
        return folder

    def _pip(self, command: str, *arguments: str) -> None:
        self._uv("pip", command, "--quiet", "--python", str(self.python), *arguments)

    def _uv(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "uv", *arguments]
        return subprocess.run(
            command, cwd=self._repository, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(
        prog="run_tests_with", description="Run the tests against other packages."
    )
    parser.add_argument("kind", choices=KINDS)
    options, for_pytest = parser.parse_known_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(REPOSITORY, options.kind, Path(scratch))
        try:
            bench.prepare()
        except subprocess.CalledProcessError as error:
            print(f"The environment for {options.kind} could not be made: {error}", file=sys.stderr)
            return 1
        return bench.run(for_pytest)


if __name__ == "__main__":
    sys.exit(main())
