"""What a reader of the README does first ends with a push on the lock screens of the inbox."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks
from tests.emulator.inbox.browser import CHROMIUM, dump_page

PAGES = {"README.md": "first_push.py", "docs/index.md": None, "docs/quick-start.md": "first_push.py"}
"""Pages that begin with a program that sends a push, and the name of its file where they say one."""


def start_command() -> str:
    """The line of the README that starts the emulator, on a free port and with the Python of the tests."""
    lines = [
        line for block in blocks("console") if block.page == "README.md" for line in block.text.splitlines()
    ]
    (command,) = [line for line in lines if line.startswith("eval ")]
    assert command == 'eval "$(python -m clix emulator &)"'
    return command.replace("emulator &", "emulator --port 0 &")


def program_of(page: str) -> str:
    """The first program of a page that sends a push."""
    name = PAGES[page]
    return next(
        block.text
        for block in blocks("python")
        if block.page == page and block.file_name == name and "messages.send(" in block.text
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH, so the inbox is not looked at")
@pytest.mark.parametrize("page", PAGES)
def test_the_first_program_of_a_page_is_seen_in_the_inbox(page: str, tmp_path: Path) -> None:
    (tmp_path / "first_push.py").write_text(program_of(page), "utf-8")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    shell = subprocess.Popen(
        ["bash", "-ec", f"{start_command()}\npython first_push.py >&2\necho $CLIX_BASE_URL"],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        url, _ = shell.communicate(timeout=30)
        inbox = asyncio.run(dump_page(f"{url.strip()}/?static=1"))
    finally:
        os.killpg(shell.pid, signal.SIGTERM)

    iphone, android = (inbox.partition(f'class="phone {look}"')[2] for look in ("ios", "android"))
    assert "Your order shipped" in iphone.partition("<figcaption")[0]
    assert "Your order shipped" in android.partition("<figcaption")[0]
