"""What tests leave behind fails the run, in this process and in workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platforms.programs import ROOT

A_SOCKET = """
import socket

kept = socket.socket()

def test_a_socket(): pass
"""
EVERYTHING = (
    A_SOCKET
    + """
import subprocess, threading

def test_a_thread(): threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()

def test_a_process(): subprocess.Popen(["sleep", "5"]).returncode = 0  # else its end would warn of it
"""
)

looks_at_everything = pytest.mark.skipif(
    not hasattr(os, "waitid"),
    reason="Python tells of no child processes here: on Windows, and on macOS before 3.13",
)


def ended(folder: Path, tests: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    (folder / "conftest.py").write_text(
        "from tests import exit_check\nexit_check._PATIENCE = 0.2\n", encoding="utf-8"
    )
    words = ["-m", "pytest", "-p", "tests.exit_check", "-p", "no:cacheprovider", "-q", *options, str(folder)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTEST_ADDOPTS": "",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@looks_at_everything
def test_what_is_left_fails_the_run(tmp_path: Path) -> None:
    ran = ended(tmp_path, EVERYTHING)
    assert (ran.returncode, "3 passed" in ran.stdout) == (1, True), ran.stdout
    assert [
        told for told in ("thread forgotten (", "a child process", ": socket ") if told not in ran.stdout
    ] == []


@looks_at_everything
def test_what_is_left_in_a_worker_fails_the_run(tmp_path: Path) -> None:
    ran = ended(tmp_path, A_SOCKET, "-p", "xdist", "--numprocesses", "1")
    assert (ran.returncode, "1 passed" in ran.stdout, ": socket " in ran.stdout) == (1, True, True), (
        ran.stdout
    )
