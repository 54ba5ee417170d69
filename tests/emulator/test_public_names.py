from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import clix.emulator

ROOT = Path(__file__).parents[2]


def test_every_public_name_can_be_loaded() -> None:
    for name in clix.emulator.__all__:
        assert getattr(clix.emulator, name).__name__ == name


def test_a_name_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = clix.emulator.nonsense  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("statement", "unneeded"),
    [
        ("import clix.emulator._serve.cli", ("starlette", "uvicorn", "liquid")),
        ("from clix.emulator import create_app; create_app()", ("uvicorn", "liquid", "httpx")),
        ("from clix.emulator import running_emulator", ("uvicorn", "httpx")),
    ],
)
def test_what_is_not_needed_is_not_imported(statement: str, unneeded: tuple[str, ...]) -> None:
    code = f"import sys; {statement}; print([name for name in {unneeded} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
