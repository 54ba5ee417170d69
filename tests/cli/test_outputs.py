"""What is said never decides what is done: outputs that are gone, closed or full, and files that must not be lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clix.cli._terminal.exit import CommandError
from clix.cli._terminal.files import check_distinct, replacing
from clix.emulator import RunningEmulator
from tests.cli.conftest import Run, with_devices

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither /dev/full nor sh")


@pytest.fixture
def audience(emulator: RunningEmulator, tmp_path: Path) -> Path:
    path = tmp_path / "audience.csv"
    users = with_devices(emulator, [f"u{number}" for number in range(30)])
    path.write_text("\n".join(["project_user_id", *users, ""]))
    return path


def in_a_shell(redirection: str, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "clix", *map(str, words)]
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=30,
        check=False,
    )


@on_posix
@pytest.mark.parametrize("redirection", [">/dev/full", ">&- 2>&-"])
def test_a_broadcast_ends_as_it_went_whatever_becomes_of_its_outputs(
    emulator: RunningEmulator, audience: Path, redirection: str
) -> None:
    ran = in_a_shell(redirection, "broadcast", audience, "--title", "Hi", "--yes", "--batch-size", 1)
    assert (ran.returncode, len(emulator.state.messages)) == (0, 30)
    assert "Traceback" not in ran.stderr


def test_a_reader_of_standard_error_that_dies_ends_nothing(emulator: RunningEmulator, audience: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "clix", "broadcast", str(audience), "--title", "Hi", "--yes", "--json"]
    ran = subprocess.run(words, stdout=subprocess.PIPE, stderr=write, timeout=30, check=False)
    os.close(write)
    assert (ran.returncode, len(emulator.state.messages)) == (0, 30)
    assert json.loads(ran.stdout)["accepted"] == 30


@on_posix
def test_a_single_call_ends_as_it_went_too(emulator: RunningEmulator, audience: Path) -> None:
    assert in_a_shell(">/dev/full", "send", "u1", "--title", "Hi").returncode == 0


@on_posix
@pytest.mark.parametrize("option", ["--report", "--failed"])
def test_a_full_disk_for_a_list_or_report_changes_no_exit_code(
    emulator: RunningEmulator, run: Run, audience: Path, option: str
) -> None:
    ran = run("broadcast", audience, "--title", "Hi", "--yes", option, "/dev/full")
    assert (ran.code, len(emulator.state.messages)) == (0, 30)
    assert "cannot be written to /dev/full" in ran.err
    assert Path("/dev/full").is_char_device()


def test_a_refused_run_leaves_an_earlier_report_alone(
    emulator: RunningEmulator, run: Run, audience: Path, tmp_path: Path
) -> None:
    report, failed = tmp_path / "report.html", tmp_path / "failed.csv"
    words = ("broadcast", audience, "--yes", "--report", report, "--failed", failed)
    assert run(*words, "--title", "Hi").code == 0
    before = report.read_bytes(), failed.read_bytes()
    assert run(*words, "--title", "another text").code == 1
    assert (report.read_bytes(), failed.read_bytes()) == before
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]


@pytest.mark.parametrize(
    ("option", "end"), [("--report", ""), ("--failed", ".ledger.db"), ("--bad-rows", ".ledger.db-wal")]
)
def test_no_output_may_be_the_audience_or_the_ledger(
    emulator: RunningEmulator, run: Run, audience: Path, option: str, end: str
) -> None:
    before = audience.read_bytes()
    ran = run("broadcast", audience, "--title", "Hi", "--yes", option, f"{audience}{end}")
    assert (ran.code, "are the same file" in ran.err) == (2, True)
    assert (audience.read_bytes(), len(emulator.state.messages)) == (before, 0)


def test_the_ledger_may_not_be_the_audience(emulator: RunningEmulator, run: Run, audience: Path) -> None:
    link = audience.with_name("link")
    link.symlink_to(audience)
    ran = run("broadcast", audience, "--title", "Hi", "--yes", "--ledger", link)
    assert (ran.code, "are the same file" in ran.err) == (2, True)


def test_two_outputs_may_not_be_one_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--failed and --report are the same file"):
        check_distinct([("--report", tmp_path / "a"), ("--failed", tmp_path / "x" / ".." / "a")])


def half_written(path: Path) -> None:
    with replacing(path) as file:
        file.write("half")
        raise OSError("no space")


@pytest.mark.parametrize("prepare", [Path.touch, lambda _path: None], ids=["file", "none"])
def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, prepare: Callable[[Path], None]) -> None:
    path = tmp_path / "a.csv"
    prepare(path)
    before = list(tmp_path.iterdir())
    with pytest.raises(OSError, match="no space"):
        half_written(path)
    assert list(tmp_path.iterdir()) == before
    with replacing(path) as file:
        file.write("whole")
    assert path.read_text() == "whole"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.csv", tmp_path / "link.csv"
    path.touch()
    link.symlink_to(path)
    with replacing(link) as file:
        file.write("whole")
    assert (link.is_symlink(), path.read_text()) == (True, "whole")
