"""Which encoding does a text file have? The whole file is looked at: one byte may come after a million plain lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from attrs import frozen

from .._terminal.exit import CommandError
from .content import Content
from .problem import AudienceError

LONGEST_LINE = 1_048_576
"""Bytes. No row of an audience is longer; a file without line ends must not be read whole."""

_CHUNK = 262_144
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
"""Bytes that Windows-1252 does not use."""


@frozen(kw_only=True)
class TextScan:
    """What is known of a text file before its first row is read."""

    encoding: str
    note: str = ""
    """What was assumed, for the person who sends."""
    has_bad_bytes: bool = False
    """Some bytes are no UTF-8; their rows are refused."""
    has_nul: bool = False
    is_last_line_open: bool = False
    """The last line has no line end, as in a file that is still being written."""

    @property
    def errors(self) -> str:
        """Bad bytes of UTF-8 are kept apart, so that their rows can be named."""
        return "surrogateescape" if self.encoding == "utf-8" else "strict"


def scan_text(content: Content, encoding: str | None, *, longest_line: int | None = LONGEST_LINE) -> TextScan:
    """Look through the whole file.

    Args:
        content: the file.
        encoding: what the user says; None finds it out.
        longest_line: bytes; None for a format without lines.

    Raises:
        CommandError: there is no such encoding.
        AudienceError: no encoding fits, or a line is too long.
    """
    chosen = _checked_name(encoding) or _by_first_bytes(content)
    wide = chosen is not None and chosen.startswith(("utf_16", "utf_32"))
    with content.reading():
        look = _Look(content, chosen or "utf-8", None if wide else longest_line)
        look.through()
        note = (
            f"The text is read as {chosen.replace('_', '-').upper()}"
            if wide and encoding is None and chosen
            else ""
        )
        if look.bad_line and chosen not in (None, "utf_8"):
            raise AudienceError(
                content.label,
                f"a byte is no {encoding or chosen}; give another --encoding",
                f"line {look.bad_line}",
            )
        name = "utf-8" if chosen in (None, "utf_8") else chosen
        if look.bad_line and encoding is None:
            name, note = _without_utf8(content)
    return TextScan(
        encoding=name,
        note=note,
        has_bad_bytes=bool(look.bad_line) and name == "utf-8",
        has_nul=look.has_nul and not wide,
        is_last_line_open=not look.ends_with_line_end,
    )


def _checked_name(encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        name = codecs.lookup(encoding).name.replace("-", "_")
        "".encode(name)
    except (LookupError, TypeError):
        raise CommandError(
            f"--encoding {encoding}: there is no such encoding; for example utf-8, cp1252."
        ) from None
    return "utf_8" if name == "utf_8_sig" else name


def _by_first_bytes(content: Content) -> str | None:
    head = content.head(4_096)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf_32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf_16"
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > 0.4 * half and not head[::2].count(0):
        return "utf_16_le"
    if head[::2].count(0) > 0.4 * half and not head[1::2].count(0):
        return "utf_16_be"
    return None


class _Look:
    """One reading of the file, for what a decoder and the lengths of lines tell."""

    def __init__(self, content: Content, encoding: str, longest_line: int | None) -> None:
        self._content = content
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._longest_line = longest_line
        self._line, self._length = 1, 0
        self.bad_line = 0
        self.has_nul = False
        self.ends_with_line_end = False

    def through(self) -> None:
        tail = b""
        for chunk in _chunks(self._content):
            self._measure(chunk)
            self._decode(chunk)
            self.has_nul = self.has_nul or b"\0" in chunk
            self._line += chunk.count(b"\n")
            tail = (tail + chunk)[-4:]
        self._decode(b"", final=True)
        self.ends_with_line_end = tail.rstrip(b"\0")[-1:] in (b"\n", b"\r")

    def _decode(self, chunk: bytes, *, final: bool = False) -> None:
        if self.bad_line:
            return
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError as problem:
            self.bad_line = self._line + chunk.count(b"\n", 0, problem.start)

    def _measure(self, chunk: bytes) -> None:
        if self._longest_line is None:
            return
        first = chunk.find(b"\n")
        self._length += len(chunk) if first < 0 else first
        if self._length > self._longest_line:
            raise AudienceError(
                self._content.label,
                f"the line is longer than {self._longest_line:,} bytes",
                f"line {self._line}",
            )
        if first >= 0:
            self._length = len(chunk) - chunk.rfind(b"\n") - 1


def _without_utf8(content: Content) -> tuple[str, str]:
    """A file that is not UTF-8 throughout: the encoding, and what to say of it."""
    valid = lone = runs = 0
    undefined = False
    for chunk in _chunks(content):
        for found in _HIGH_BYTES.finditer(chunk):
            run = found[0]
            undefined = undefined or _UNDEFINED.search(run) is not None
            runs += 1
            lone += len(run) == 1
            valid += len(run) > 1 and _is_utf8(run)
    if valid:
        return (
            "utf-8",
            "",
        )  # it is UTF-8 with some damaged rows: reading all of it otherwise would garble the good ones
    # Western text has its accented letters between plain ones; in other encodings they stand side by side.
    if undefined or 2 * lone < runs:
        raise AudienceError(
            content.label,
            "the text is neither UTF-8 nor Windows-1252; say what it is with --encoding",
            "line 1",
        )
    return "cp1252", "The text is not UTF-8, and read as Windows-1252; --encoding says otherwise."


def _is_utf8(run: bytes) -> bool:
    try:
        run.decode()
    except UnicodeDecodeError:
        return False
    return True


def _chunks(content: Content) -> Iterator[bytes]:
    with content.open() as file:
        while chunk := file.read(_CHUNK):
            yield chunk
