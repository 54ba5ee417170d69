"""A process that is killed while it handles events: none is handled twice afterwards, none is silently lost."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def start(folder: Path, count: int) -> subprocess.Popen[str]:
    program = Path(__file__).with_name("receive_until_killed.py")
    arguments = [str(folder / "seen.db"), str(folder / "notes"), str(count)]
    environment = {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, str(program), *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )


def noted(folder: Path) -> list[str]:
    notes = folder / "notes"
    return notes.read_text("utf-8").split() if notes.exists() else []


def kill_once_noted(process: subprocess.Popen[str], folder: Path, count: int) -> None:
    while len(noted(folder)) < count and process.poll() is None:
        time.sleep(0.005)
    assert process.poll() is None, "it was done before it could be killed"
    process.kill()
    process.communicate(timeout=60)


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_across_kill_9_and_restart_each_event_is_handled_once_or_told(tmp_path: Path, count: int) -> None:
    kill_once_noted(start(tmp_path, count), tmp_path, count // 3)
    kill_once_noted(start(tmp_path, count), tmp_path, count * 2 // 3)
    process = start(tmp_path, count)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0

    handled, cut_off = noted(tmp_path), output.split()
    assert len(handled) == len(set(handled))
    assert {*handled, *cut_off} == {str(number) for number in range(count)}
    assert len(cut_off) <= 200, "what two processes had in hand"
