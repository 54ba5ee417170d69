"""What tests leave behind fails the run, in this process and in workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platforms.programs import ROOT

TESTS = {
    "a thread": """
        import threading
        threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()
    """,
    "a process": """
        import subprocess
        kept.append(subprocess.Popen(["sleep", "5"]))
    """,
    "a socket": """
        import socket
        kept.append(socket.socket())
    """,
}
TOLD = {
    "a thread": "thread forgotten (",
    "a process": "a child process",
    "a socket": ": socket ",
}

looks_at_everything = pytest.mark.skipif(
    not hasattr(os, "waitid"), reason="Windows tells neither of children nor of descriptors"
)


def ended(folder: Path, body: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(f"kept = []\n\ndef test_it():{body or ' pass'}\n", encoding="utf-8")
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
@pytest.mark.parametrize("what", TESTS)
def test_what_is_left_fails_the_run(what: str, tmp_path: Path) -> None:
    ran = ended(tmp_path, TESTS[what])
    assert (ran.returncode, TOLD[what] in ran.stdout) == (1, True), ran.stdout
    assert "1 passed" in ran.stdout


@looks_at_everything
def test_what_is_left_in_a_worker_fails_the_run(tmp_path: Path) -> None:
    ran = ended(tmp_path, TESTS["a socket"], "-p", "xdist", "--numprocesses", "1")
    assert (ran.returncode, TOLD["a socket"] in ran.stdout) == (1, True), ran.stdout


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "--numprocesses", "1")])
def test_a_run_that_leaves_nothing_passes(options: tuple[str, ...], tmp_path: Path) -> None:
    ran = ended(tmp_path, "", *options)
    assert (ran.returncode, "left behind" in ran.stdout) == (0, False), ran.stdout + ran.stderr
