"""Programs as people start them, each in a process of its own, with what they wrote to read afterwards."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
TROUBLE = ("Traceback", "Event loop is closed", "never awaited", "ResourceWarning", "was destroyed")
"""What no log may hold in which nothing went wrong."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def comes_true(question: Callable[[], bool], within: float = 60.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if question():
                return True
        time.sleep(0.02)
    return False


class Program:
    """A running program: `python -m ...`, its process and its log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def end(self, number: int = signal.SIGTERM, within: float = 60.0) -> int:
        """Ask it to end; its exit code."""
        if sys.platform == "win32":
            pytest.skip("Windows has no signal by which one program asks another to end")
        self.process.send_signal(number)
        return self.process.wait(within)


def run(*arguments: str, folder: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """`python ARGUMENTS` in a folder, to its end; the lines that it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=_environment(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}


@contextmanager
def running(
    *arguments: str, folder: Path, environment: Mapping[str, str] | None = None, log: Path | None = None
) -> Generator[Program, None, None]:
    """`python ARGUMENTS` in a folder, until the block ends. What it prints goes to a file there, or to `log`."""
    log = log or folder / "log"
    with log.open("wb") as writing:
        process = subprocess.Popen(
            [sys.executable, "-W", "default::ResourceWarning", *arguments],
            cwd=folder,
            env=_environment(environment),
            stdout=writing,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Program(process, log)
    finally:
        process.kill()
        process.wait(60)


@contextmanager
def serving(
    *arguments: str, port: int, folder: Path, environment: Mapping[str, str] | None = None
) -> Generator[tuple[Program, httpx.Client], None, None]:
    """A web server, once it answers, and a client for it."""
    with running(*arguments, folder=folder, environment=environment) as program:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:

            def answers() -> bool:
                assert program.process.poll() is None, program.log
                return client.get("/").status_code > 0

            assert comes_true(answers), program.log
            yield program, client
