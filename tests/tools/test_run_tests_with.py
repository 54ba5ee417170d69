"""The lowest versions are those of what the SDK itself requires; everything else stays as locked where it can."""

from __future__ import annotations

from pathlib import Path

from packaging.utils import canonicalize_name

from tools.run_tests_with import direct_dependencies, pins_of

PYPROJECT = """
[project]
name = "Clix_SDK"
dependencies = ["attrs>=25.4", "httpx>=0.28.1,<0.29"]

[project.optional-dependencies]
emulator = ["python_liquid>=2", "uvicorn>=0.30"]
all = ["clix-sdk[emulator]"]

[dependency-groups]
dev = ["pytest"]
"""


def test_the_dependencies_and_those_of_the_extras_are_direct(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    assert direct_dependencies(tmp_path / "pyproject.toml") == {"attrs", "httpx", "python-liquid", "uvicorn"}


def test_only_the_direct_ones_are_held_to_their_lowest_version() -> None:
    compiled = "attrs==25.4.0\nanyio==4.16.0\nPython-Liquid==2.0.0 ; sys_platform != 'win32'\n# a remark\n"
    names = {canonicalize_name("attrs"), canonicalize_name("python_liquid")}
    assert pins_of(compiled, names) == ["attrs==25.4.0", "Python-Liquid==2.0.0"]
