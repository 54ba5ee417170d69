"""The workflows: their commands exist, their actions are pinned, and they may do no more than they need."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
WORKFLOWS: dict[str, Any] = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES}
JOBS = [
    (f"{name}.{key}", job) for name, workflow in WORKFLOWS.items() for key, job in workflow["jobs"].items()
]

USES = re.compile(r"uses: (\S+?)@(\S+)(.*)")
TARGET = re.compile(r"^([a-z0-9-]+):(?!=)", re.MULTILINE)


def _steps() -> Iterator[tuple[str, Any]]:
    for name, job in JOBS:
        yield from ((name, step) for step in job["steps"])


def _uses() -> Iterator[tuple[str, str, str]]:
    for file in FILES:
        yield from USES.findall(file.read_text(encoding="utf-8"))


def test_these_are_the_workflows() -> None:
    assert list(WORKFLOWS) == ["canary", "ci", "documentation", "lock", "mutation", "regenerate", "release"]


def test_every_action_is_pinned_by_its_whole_hash_with_the_version_beside_it() -> None:
    loose = [
        f"{action}@{commit}{comment}"
        for action, commit, comment in _uses()
        if not re.fullmatch(r"[0-9a-f]{40}", commit) or not re.fullmatch(r" # v\d+\.\d+\.\d+", comment)
    ]
    assert loose == []


def test_an_action_has_the_same_pin_everywhere() -> None:
    pins = {(action, commit + comment) for action, commit, comment in _uses()}
    assert len(pins) == len({action for action, _ in pins})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_do_nothing_that_a_job_does_not_ask_for(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_a_job_says_what_it_may_do_and_how_long(name: str, job: Any) -> None:
    assert job["permissions"], name
    assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize(
    ("job", "permissions"),
    [
        ("documentation.publish", {"pages": "write", "id-token": "write"}),
        ("lock.propose", {"contents": "write", "pull-requests": "write"}),
        ("lock.resolve", {"contents": "read"}),
        ("regenerate.compare", {"contents": "read"}),
        ("regenerate.propose", {"contents": "write", "pull-requests": "write"}),
        ("release.build", {"contents": "read"}),
        ("release.attest", {"id-token": "write", "attestations": "write"}),
        ("release.publish", {"id-token": "write"}),
        ("release.announce", {"contents": "write"}),
    ],
)
def test_only_these_jobs_may_write(job: str, permissions: dict[str, str]) -> None:
    may = {name: job["permissions"] for name, job in JOBS}
    writing = {name for name, allowed in may.items() if "write" in allowed.values()}
    assert may[job] == permissions
    assert writing == {
        "documentation.publish",
        "lock.propose",
        "regenerate.propose",
        "release.attest",
        "release.publish",
        "release.announce",
    }


def test_no_job_that_may_write_runs_anything_of_the_tree() -> None:
    commands = [
        step["run"]
        for name, step in _steps()
        if "run" in step and "write" in dict(JOBS)[name]["permissions"].values()
    ]
    assert commands
    assert [command for command in commands if re.search(r"\b(make|python|pip)\b", command)] == []


def test_a_checkout_keeps_no_credentials() -> None:
    checkouts = [step for _, step in _steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_no_command_is_put_together_from_what_others_may_choose() -> None:
    assert [name for name, step in _steps() if "${{" in step.get("run", "")] == []


def test_every_make_target_that_is_called_exists() -> None:
    called = {
        target for _, step in _steps() for target in re.findall(r"\bmake ([a-z0-9-]+)", step.get("run", ""))
    }
    called |= {
        entry["target"] for entry in WORKFLOWS["ci"]["jobs"]["dependencies"]["strategy"]["matrix"]["include"]
    }
    assert {
        "check",
        "docs",
        "lock",
        "mutation",
        "test",
        "test-slow",
        "test-oldest",
        "test-newest",
        "test-wheel",
        "release-check",
    } <= called
    assert called - set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("job", ["ci.test", "ci.windows", "canary.newest"])
def test_the_pythons_are_those_that_the_package_names(job: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert dict(JOBS)[job]["strategy"]["matrix"]["python"] == named
    assert project["requires-python"] == f">={named[0]}"


def test_the_systems_are_linux_macos_and_windows() -> None:
    jobs = dict(JOBS)
    systems = [*jobs["ci.test"]["strategy"]["matrix"]["os"], jobs["ci.windows"]["runs-on"]]
    assert [system.split("-")[0] for system in systems] == ["ubuntu", "macos", "windows"]


def test_what_is_published_is_what_was_attested() -> None:
    jobs = WORKFLOWS["release"]["jobs"]
    assert (jobs["attest"]["needs"], jobs["publish"]["needs"], jobs["announce"]["needs"]) == (
        "build",
        "attest",
        "publish",
    )
    assert jobs["publish"]["environment"]["name"] == "pypi"
