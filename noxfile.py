"""The tests in other environments than .venv, and the check of a release. `make help` lists the commands.

Each session has an environment of its own below .nox/, made anew by uv. What follows `--` goes to its command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.sessions = ["tests"]
# The summary names each Python that is not on this machine; whether one is required is for the caller to say.
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"

REPOSITORY = Path(__file__).parent
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
_VERSION = "Programming Language :: Python :: 3."
PYTHONS = [
    text.rpartition(" ")[2] for text in PYPROJECT["project"]["classifiers"] if text.startswith(_VERSION)
]

# What CI runs, too (`make test`).
TESTS = ("python", "-m", "pytest", "-m", "not slow", "--numprocesses", "2")
# A stream that an old starlette leaves open is reported by the garbage collector, and is none of ours.
OLDEST_OPTIONS = ("-W", "default::pytest.PytestUnraisableExceptionWarning")
# The tests of our own programs, and the recipes, whose frameworks want newer packages than the SDK does.
NOT_WITH_OLDEST = ("tests/benchmarks", "tests/docs", "tests/tools", "tests/integrations/test_recipes.py")
# openapi-python-client moves to httpx2, and an application may put it in httpx's place for all of its packages.
MEETS_HTTPX = ("tests/engine", "tests/call", "tests/resources", "tests/faults", "tests/testing")
# What the tests read besides the packages, and the tests that are about the source tree itself.
BESIDE_THE_WHEEL = (
    "tests",
    "docs",
    "examples",
    "openapi.yaml",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
)
ABOUT_THE_SOURCES = (
    *("tests/benchmarks", "tests/docs", "tests/tools", "tests/testing/test_examples.py"),
    *("tests/test_boundaries.py", "tests/test_wheel.py", "tests/test_workflows.py"),
)


def select_pyenv_versions() -> None:
    """Let nox find every Python of pyenv: the commands that it puts on PATH work for selected versions only."""
    if shutil.which("pyenv") and "PYENV_VERSION" not in os.environ:
        listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True, check=False)
        os.environ["PYENV_VERSION"] = ":".join(reversed(listed.stdout.split()))


select_pyenv_versions()


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests with the locked packages, on each Python that the package names."""
    install_lock(session)
    install_project(session)
    session.run(*TESTS, *session.posargs)


@nox.session
def oldest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that pyproject.toml allows."""
    install_lock(session)
    session.install("--upgrade", "--resolution", "lowest-direct", "--all-extras", "-r", "pyproject.toml")
    install_project(session)
    session.run(*TESTS, *OLDEST_OPTIONS, *ignoring(NOT_WITH_OLDEST), *session.posargs)


@nox.session
def newest(session: nox.Session) -> None:
    """Run the tests with the newest of everything."""
    session.install("--upgrade", "--all-extras", "--group", "dev", "-r", "pyproject.toml")
    install_project(session)
    session.run(*TESTS, *session.posargs)


@nox.session
def httpx2(session: nox.Session) -> None:
    """Run the tests of what meets httpx with httpx2 in its place."""
    install_lock(session)
    session.install("httpx2")
    install_project(session)
    session.run(*TESTS, "-p", "tests.httpx2_alias", *MEETS_HTTPX, *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Run the tests against the built wheel, in a folder without the source tree."""
    install_lock(session)
    folder = Path(session.create_tmp()).resolve() / "elsewhere"
    shutil.rmtree(folder, ignore_errors=True)
    session.run(
        "python", "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")
    )
    session.install("--no-deps", *map(str, (folder / "dist").glob("*.whl")))
    for name in BESIDE_THE_WHEEL:
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    session.chdir(folder)
    session.run(*TESTS, *ignoring(ABOUT_THE_SOURCES), *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Do all of a release that can be done here."""
    install_lock(session, "release")
    session.run("python", "-m", "tools.release_check", *session.posargs)


def install_lock(session: nox.Session, name: str = "dev") -> None:
    """Install what a file in requirements/ lists, hashes checked."""
    session.install("--no-deps", "--require-hashes", "-r", f"requirements/{name}.txt")


def install_project(session: nox.Session) -> None:
    """Install the project as it stands in the work tree."""
    session.install("--no-deps", "--no-build-isolation", "-e", ".")


def ignoring(paths: tuple[str, ...]) -> list[str]:
    """The options by which pytest leaves these tests out."""
    return [f"--ignore={path}" for path in paths]
