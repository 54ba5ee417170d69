"""Which display stands where, and what a real terminal is shown."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clix.cli._broadcast.display import LiveDisplay, LogDisplay, open_display
from clix.cli._terminal.output import fitted, visible
from clix.emulator import RunningEmulator

COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7]m")


class Terminal:
    """Stands for standard error when it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Called in the test itself: pytest puts its own streams in place after the fixtures."""

    def put() -> None:
        monkeypatch.setattr("sys.stderr", Terminal())
        monkeypatch.setenv("TERM", "xterm-256color")

    return put


def test_a_terminal_gets_the_live_display(at_a_terminal: Callable[[], None]) -> None:
    at_a_terminal()
    assert isinstance(open_display(), LiveDisplay)


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("CLIX_LOG", "info")])
def test_a_dumb_terminal_and_one_with_a_log_get_lines(
    monkeypatch: pytest.MonkeyPatch, at_a_terminal: Callable[[], None], name: str, value: str
) -> None:
    at_a_terminal()
    monkeypatch.setenv(name, value)
    assert isinstance(open_display(), LogDisplay)


def test_without_rich_there_are_lines(
    monkeypatch: pytest.MonkeyPatch, at_a_terminal: Callable[[], None]
) -> None:
    at_a_terminal()
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert isinstance(open_display(), LogDisplay)


def test_a_pipe_gets_lines() -> None:
    assert isinstance(open_display(), LogDisplay)


class OnATerminal:
    """A broadcast whose standard error is a terminal of this size; standard output is a pipe."""

    def __init__(self, audience: Path, columns: int, **environment: str) -> None:
        if sys.platform == "win32":
            pytest.skip("Windows has no pty, which stands for a terminal here")
        import fcntl
        import pty
        import termios

        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 20, columns, 0, 0))
        words = [sys.executable, "-m", "clix", "broadcast", "--yes", str(audience), "--title", "Hi"]
        inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
        with subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env=inherited | environment,
        ) as process:
            os.close(theirs)
            self.shown = _read_all(ours)
            assert process.stdout is not None
            self.data = process.stdout.read().decode()
        os.close(ours)

    @property
    def lines(self) -> list[str]:
        """What stood on the screen at any time, without what only moves or colours."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.shown).replace("\r", "\n").split("\n")


def _read_all(terminal: int) -> str:
    content = b""
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # how Linux says that the other end is closed
            piece = b""
        if not piece:
            return content.decode()
        content += piece


@pytest.fixture
def audience(tmp_path: Path) -> Path:
    path = tmp_path / "audience.csv"
    path.write_text("project_user_id\n" + "".join(f"u{number}\n" for number in range(30)))
    return path


def test_a_narrow_terminal_is_never_overrun(emulator: RunningEmulator, audience: Path) -> None:
    ran = OnATerminal(audience, 40, TERM="xterm-256color")
    assert " sent         30 of 30" in ran.lines
    assert max(len(line) for line in ran.lines if " " in line) <= 40
    assert COLOUR.search(ran.shown)


def test_without_colour_there_is_none_and_data_is_only_on_standard_output(
    emulator: RunningEmulator, audience: Path
) -> None:
    ran = OnATerminal(audience, 80, TERM="xterm-256color", NO_COLOR="1")
    assert any(line.startswith(" sent 30 of 30   failed 0   in doubt 0") for line in ran.lines)
    assert not COLOUR.search(ran.shown)
    assert ran.data.startswith("accepted ")
    assert "\x1b" not in ran.data


def test_words_are_kept_whole_where_lines_are_fitted() -> None:
    assert fitted("a b https://example.com/a-long-address", 12) == [
        "a b",
        "https://example.com/a-long-address",
    ]
    assert fitted("as it is", None) == ["as it is"]
    assert fitted("one two three", 8, indent="  ") == ["one two", "  three"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë 🚚", "Zoë 🚚"),
        ("\x1b[2Jx", "\\x1b[2Jx"),
        ("a\nb\r\tc\x7f", "a\\nb\\r\\tc\\x7f"),
        ("\u202eevil", "\\u202eevil"),
        ("\x9b31m", "\\x9b31m"),
    ],
)
def test_foreign_text_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown
