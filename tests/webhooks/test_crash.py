"""Processes that share a record, fail and are killed: nothing is handled twice or lost, and 200 means handled."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clix.webhooks import WebhookReceiver
from tests.webhooks.support import SECRET

ROOT = Path(__file__).parents[2]


def start(folder: Path, count: int, seed: int) -> subprocess.Popen[str]:
    program = Path(__file__).with_name("receive_until_killed.py")
    arguments = [str(folder / "seen.db"), str(folder / "notes"), str(count), str(seed)]
    environment = {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, str(program), *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def noted(folder: Path, sign: str) -> list[str]:
    notes = folder / "notes"
    lines = notes.read_text("utf-8").split() if notes.exists() else []
    return [line[1:] for line in lines if line.startswith(sign)]


def kill_once_handled(process: subprocess.Popen[str], folder: Path, count: int) -> None:
    while len(noted(folder, "+")) < count and process.poll() is None:
        time.sleep(0.005)
    assert process.poll() is None, "it was done before it could be killed"
    process.kill()
    process.communicate(timeout=60)


def finish(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


async def cut_off(folder: Path) -> list[str]:
    async with WebhookReceiver(secrets=[SECRET], dedupe=folder / "seen.db") as receiver:
        return [event.message_id async for event in receiver.unfinished(older_than=0)]


def check(folder: Path, count: int, killed: int) -> None:
    handled, told = noted(folder, "+"), asyncio.run(cut_off(folder))
    assert len(handled) == len(set(handled))
    assert set(noted(folder, "=")) <= set(handled)
    assert {*handled, *told} == {str(number) for number in range(count)}
    assert len(told) <= 50 * killed, "what those who were killed had in hand"
    assert noted(folder, "-"), "no handler failed"


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_across_kill_9_and_restart(tmp_path: Path, count: int) -> None:
    kill_once_handled(start(tmp_path, count, 1), tmp_path, count // 3)
    kill_once_handled(start(tmp_path, count, 2), tmp_path, count * 2 // 3)
    finish(start(tmp_path, count, 3))

    check(tmp_path, count, killed=2)


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_in_two_processes_at_once_of_which_one_is_killed(tmp_path: Path, count: int) -> None:
    first, second = start(tmp_path, count, 1), start(tmp_path, count, 2)
    kill_once_handled(first, tmp_path, count // 3)
    third = start(tmp_path, count, 3)
    finish(second)
    finish(third)

    check(tmp_path, count, killed=1)
