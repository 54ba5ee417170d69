"""A plugin of pytest: the run fails when tests leave threads, child processes or descriptors behind.

In a run with xdist each worker looks at itself, and tells the process that people look at.
"""

from __future__ import annotations

import contextlib
import gc
import os
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

_PATIENCE = 30.0
"""Seconds for threads and processes that were told to end."""

_DESCRIPTORS = Path("/dev/fd")  # Linux and macOS; elsewhere they are not looked at
_FOUND: pytest.StashKey[set[str]] = pytest.StashKey()
_LEFT: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Note what is there before the first test."""
    # libuv opens one pipe for signals with its first loop, and keeps it for as long as the process lives.
    with contextlib.suppress(ImportError):
        import_module("uvloop").new_event_loop().close()
    session.config.stash[_FOUND] = set(_things())
    session.config.stash[_LEFT] = []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look again after the last fixture has ended; trylast, because that is done by this hook as well."""
    config = session.config
    worker: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if not config.pluginmanager.has_plugin("dsession"):
        config.stash[_LEFT] += _left_beyond(config.stash[_FOUND])
    if worker is not None:
        worker["left behind"] = config.stash[_LEFT]
    elif config.stash[_LEFT] and session.exitstatus in (
        pytest.ExitCode.OK,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of xdist has ended."""
    node.config.stash[_LEFT] += getattr(node, "workeroutput", {}).get("left behind", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left."""
    if config.stash[_LEFT]:
        terminalreporter.section("left behind by the tests", red=True)
        for thing in config.stash[_LEFT]:
            terminalreporter.write_line(thing)


def _left_beyond(found: set[str]) -> list[str]:
    end = time.monotonic() + _PATIENCE
    gc.collect()
    while (left := sorted(set(_things()) - found)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def _things() -> Iterator[str]:
    yield from (f"thread {thread.name} ({thread.ident})" for thread in threading.enumerate())
    yield from _children()
    yield from _descriptors()


def _children() -> Iterator[str]:
    """One is enough to know; the system tells of the first, running or ended and not waited for."""
    if not hasattr(os, "waitid"):  # Windows, and macOS before Python 3.13
        return
    getattr(subprocess, "_cleanup")()  # noqa: B009 - waits for those whose Popen was collected
    try:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return
    yield (
        "a child process" if ended is None else f"the child process {ended.si_pid}, ended and not waited for"
    )


def _descriptors() -> Iterator[str]:
    """Sockets and pipes. Files are closed with their objects, and libraries keep some on purpose."""
    if not _DESCRIPTORS.is_dir():
        return
    for name in os.listdir(_DESCRIPTORS):  # noqa: PTH208 - listing is all that this folder is good for
        try:
            status = os.fstat(int(name))
        except OSError:  # that of the listing itself
            continue
        if stat.S_ISSOCK(status.st_mode) or stat.S_ISFIFO(status.st_mode):
            kind = "socket" if stat.S_ISSOCK(status.st_mode) else "pipe"
            yield f"descriptor {name}: {kind} {status.st_ino}"
