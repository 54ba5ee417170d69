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


INSTALLS = {
    "dev": [
        "--require-hashes --requirement requirements/dev.txt",
        "--no-deps --no-build-isolation --editable .",
    ],
    "demo": [
        "--require-hashes --requirement requirements/demo.txt",
        "--no-deps --no-build-isolation --editable .",
    ],
}


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    (tmp_path / "repository").mkdir()
    return Workplace(tmp_path / "repository")


def test_a_first_run_makes_an_environment_and_installs_the_lock_by_hash_then_the_project(
    workplace: Workplace,
) -> None:
    workplace.ensure("demo")
    assert workplace.created == 1
    assert workplace.installs() == INSTALLS["demo"]


def test_a_second_run_installs_nothing(workplace: Workplace) -> None:
    workplace.ensure()
    workplace.ensure()
    assert workplace.installs() == INSTALLS["dev"]


def test_an_environment_for_development_serves_the_demo_too(workplace: Workplace) -> None:
    workplace.ensure("dev")
    workplace.ensure("demo")
    assert workplace.installs() == INSTALLS["dev"]


def test_an_environment_for_the_demo_is_completed_for_development(workplace: Workplace) -> None:
    workplace.ensure("demo")
    workplace.ensure("dev")
    assert workplace.created == 1
    assert workplace.installs() == INSTALLS["demo"] + INSTALLS["dev"]


def test_the_benchmarks_have_an_environment_of_their_own(workplace: Workplace) -> None:
    workplace.ensure("dev")
    workplace.ensure("bench")
    assert workplace.created == 2
    assert workplace.installs()[2] == "--require-hashes --requirement requirements/bench.txt"
    assert (workplace.repository / ".venv-bench" / ".ready-bench").exists()


def test_an_environment_for_benchmarks_serves_no_other_purpose(workplace: Workplace) -> None:
    workplace.ensure("bench")
    workplace.ensure("demo")
    assert workplace.created == 2


@pytest.mark.parametrize("name", ["requirements/dev.txt", "pyproject.toml"])
def test_a_change_of_what_it_depends_on_installs_again_into_the_same_environment(
    workplace: Workplace, name: str
) -> None:
    workplace.ensure()
    (workplace.repository / name).write_text("changed\n")
    workplace.ensure()
    assert workplace.created == 1
    assert workplace.installs() == INSTALLS["dev"] * 2


def test_an_environment_made_by_hand_is_completed(workplace: Workplace) -> None:
    workplace.create(workplace.venv)
    workplace.ensure()
    assert workplace.created == 1
    assert workplace.installs() == INSTALLS["dev"]


def test_a_killed_installation_is_begun_anew(workplace: Workplace) -> None:
    _fail_once(workplace, "kill -9 $$")
    workplace.ensure()
    assert workplace.created == 2


def test_nothing_is_ready_after_a_killed_installation(workplace: Workplace) -> None:
    workplace.ensure("demo")
    _fail_once(workplace, "kill -9 $$")
    assert not Environment(workplace.repository).is_ready("demo")


def test_a_second_command_waits_for_the_first(workplace: Workplace) -> None:
    with ThreadPoolExecutor() as other, Environment(workplace.repository).locked():
        second = other.submit(workplace.ensure)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.05)
        assert workplace.created == 0


def test_an_installation_that_failed_is_tried_again_in_the_same_environment(workplace: Workplace) -> None:
    _fail_once(workplace, "exit 1")
    workplace.ensure()
    assert workplace.created == 1
    assert workplace.installs()[-2:] == INSTALLS["dev"]


@pytest.mark.parametrize("damage", ["no python", "not executable", "an empty folder"])
def test_an_environment_whose_python_does_not_start_is_made_anew(workplace: Workplace, damage: str) -> None:
    workplace.ensure()
    match damage:
        case "no python":
            workplace.python.unlink()
        case "not executable":
            workplace.python.chmod(0o644)
        case _:
            shutil.rmtree(workplace.venv)
            workplace.venv.mkdir()
    workplace.ensure()
    assert workplace.created == 2


def test_an_environment_of_another_python_is_made_anew(workplace: Workplace) -> None:
    workplace.create(workplace.venv, version="3.10.0")
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
