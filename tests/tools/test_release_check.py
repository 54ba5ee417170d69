"""A tree is released only when what it says of itself agrees. `test_walk_through` makes a whole release."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.release_check import complaints, release_notes

FILES = {
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-03-04\n\n- New.\n\n## [0.1.0] - 2026-01-02\n",
    "clix/_version.py": '__version__ = "0.2.0"\n',
    "tools/public_api/released.txt": "The public API as of release 0.2.0. Written by `make record-api`.\n",
    "pyproject.toml": '[tool.clix]\npublic-address = "https://example.org/clix"\n',
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree that can be released."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    """What git prints, whoever uses the machine."""
    who = ("user.name=Somebody", "user.email=somebody@example.org", "commit.gpgsign=false")
    options = [word for setting in who for word in ("-c", setting)]
    command = ["git", *options, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A step")


def test_a_tree_that_agrees_with_itself_is_released(tree: Path) -> None:
    assert list(complaints(tree, "v0.2.0")) == []
    assert release_notes(tree, "0.2.0") == "- New.\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("CHANGELOG.md", " - 2026-03-04", "", "CHANGELOG.md has no section"),
        ("CHANGELOG.md", "- New.\n", "", "CHANGELOG.md has no section"),
        ("tools/public_api/released.txt", "0.2.0", "0.1.0", "The recorded public API is not that of 0.2.0"),
        ("pyproject.toml", "https://example.org/clix", "", "The project has no public address"),
        ("pyproject.toml", "[tool.clix]", "[tool.other]", "The project has no public address"),
    ],
)
def test_what_does_not_agree_is_named(tree: Path, file: str, old: str, new: str, complaint: str) -> None:
    (tree / file).write_text(FILES[file].replace(old, new))
    commit(tree)
    (found,) = complaints(tree, None)
    assert found.startswith(complaint)


def test_another_tag_is_refused(tree: Path) -> None:
    assert list(complaints(tree, "v0.2.1")) == [
        "The tag is v0.2.1, the version in clix/_version.py is 0.2.0."
    ]


def test_a_file_that_is_not_committed_is_named(tree: Path) -> None:
    (tree / "new.py").touch()
    assert list(complaints(tree, None)) == ["Not committed:\n?? new.py"]
