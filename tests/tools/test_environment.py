"""`make` fills .venv from the locks when it must, repairs what was left half done, else does nothing."""

import platform
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools.environment import Environment, ensure, folder_for

# Stands for the python of a virtual environment: says its version, and writes down what pip is to install.
FAKE_PYTHON = """#!/bin/sh
if [ "$1" = -c ]; then echo {version}; exit; fi
echo "$@" >> {repository}/pip.log
. {repository}/end
"""


class Workplace:
    """A repository with two locks, in which `make demo` and `make test` can be typed."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self.created = 0
        self.venv = repository / ".venv"
        self.python = self.venv / "bin" / "python"
        self.dev_lock = repository / "requirements" / "dev.txt"
        self.dev_lock.parent.mkdir()
        self.dev_lock.write_text("pytest==1\n")
        (self.dev_lock.parent / "demo.txt").write_text("httpx==1\n")
        (self.dev_lock.parent / "bench.txt").write_text("openai==1\n")
        (repository / "pyproject.toml").write_text("[project]\n")
        (repository / "end").touch()

    def ensure(self, purpose: str = "dev") -> None:
        ensure(purpose, Environment(self.repository, self.create, folder_for(purpose)))

    def create(self, folder: Path, version: str = platform.python_version()) -> None:
        self.created += 1
        (folder / "bin").mkdir(parents=True)
        python = folder / "bin" / "python"
        python.write_text(FAKE_PYTHON.format(version=version, repository=self.repository))
        python.chmod(0o755)

    def installs(self) -> list[str]:
        log = self.repository / "pip.log"
        return [line.split("--disable-pip-version-check ")[1] for line in log.read_text().splitlines()]


def installed(lock: str) -> list[str]:
    """What pip is asked for: the lock by hash, then the project."""
    return [
        f"--no-deps --require-hashes --requirement requirements/{lock}.txt",
        "--no-deps --no-build-isolation --editable .",
    ]


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    (tmp_path / "repository").mkdir()
    return Workplace(tmp_path / "repository")


@pytest.mark.parametrize(
    ("purposes", "locks", "created"),
    [
        (["demo"], ["demo"], 1),
        (["dev", "dev"], ["dev"], 1),
        (["dev", "demo"], ["dev"], 1),
        (["demo", "dev"], ["demo", "dev"], 1),
        (["dev", "bench"], ["dev", "bench"], 2),
        (["bench", "demo"], ["bench", "demo"], 2),
    ],
)
def test_only_what_is_missing_is_installed(
    workplace: Workplace, purposes: list[str], locks: list[str], created: int
) -> None:
    for purpose in purposes:
        workplace.ensure(purpose)
    assert workplace.installs() == [line for lock in locks for line in installed(lock)]
    assert workplace.created == created


@pytest.mark.parametrize("name", ["requirements/dev.txt", "pyproject.toml"])
def test_a_changed_lock_is_installed_again(workplace: Workplace, name: str) -> None:
    workplace.ensure()
    (workplace.repository / name).write_text("changed\n")
    workplace.ensure()
    assert workplace.created == 1
    assert workplace.installs() == installed("dev") * 2


@pytest.mark.parametrize(("version", "created"), [(platform.python_version(), 1), ("3.10.0", 2)])
def test_an_environment_made_by_hand_is_completed(workplace: Workplace, version: str, created: int) -> None:
    workplace.create(workplace.venv, version)
    workplace.ensure()
    assert workplace.created == created
    assert workplace.installs()[-2:] == installed("dev")


def test_a_killed_installation_is_begun_anew(workplace: Workplace) -> None:
    workplace.ensure("demo")
    _fail_once(workplace, "kill -9 $$")
    assert not Environment(workplace.repository).is_ready("demo")
    workplace.ensure()
    assert workplace.created == 2


def test_a_second_command_waits_for_the_first(workplace: Workplace) -> None:
    with ThreadPoolExecutor() as other, Environment(workplace.repository).locked():
        second = other.submit(workplace.ensure)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.05)
        assert workplace.created == 0


def test_a_failed_installation_is_tried_again(workplace: Workplace) -> None:
    _fail_once(workplace, "exit 1")
    workplace.ensure()
    assert workplace.created == 1
    assert workplace.installs()[-2:] == installed("dev")


@pytest.mark.parametrize("damage", ["no python", "not executable", "an empty folder"])
def test_a_damaged_environment_is_made_anew(workplace: Workplace, damage: str) -> None:
    workplace.ensure()
    if damage == "not executable":
        workplace.python.chmod(0o644)
    else:
        shutil.rmtree(workplace.python.parent if damage == "no python" else workplace.venv)
        workplace.venv.mkdir(exist_ok=True)
    workplace.ensure()
    assert workplace.created == 2


def test_a_moved_repository_installs_itself_again(workplace: Workplace, tmp_path: Path) -> None:
    workplace.ensure()
    moved = workplace.repository.rename(tmp_path / "moved")
    assert not Environment(moved).is_ready("dev")


def _fail_once(workplace: Workplace, how: str) -> None:
    end = workplace.repository / "end"
    end.write_text(how)
    with pytest.raises(subprocess.CalledProcessError):
        workplace.ensure()
    end.write_text("")
