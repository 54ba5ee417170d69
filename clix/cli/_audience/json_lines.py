"""JSON Lines: an object on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from io import TextIOWrapper

from .content import Content
from .encoding import scan_text
from .json_values import cells_of, decoder
from .problem import RowProblem


class JsonLinesAudience:
    """Each line names its own columns."""

    unit = "line"
    columns = None

    def __init__(self, content: Content, *, encoding: str | None = None) -> None:
        self.content = content
        self.label = content.label
        self.files = (content.path,)
        self._scan = scan_text(content, encoding)
        self.is_last_line_open = self._scan.is_last_line_open
        self.notes: Sequence[str] = tuple(note for note in (self._scan.note,) if note)

    def rows(self, wanted: Sequence[str], /) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        """The wanted cells of every object; blank lines are passed over."""
        decode = decoder.decode
        with (
            self.content.reading(),
            self.content.open() as raw,
            TextIOWrapper(raw, self._scan.encoding, errors=self._scan.errors, newline="\n") as text,
        ):
            for number, line in enumerate(text, 1):
                if line.isspace():
                    continue
                try:
                    value = decode(line.lstrip("\ufeff") if number == 1 else line)
                except json.JSONDecodeError as problem:
                    yield number, RowProblem(f"no JSON: {problem.msg} at character {problem.colno}")
                except RecursionError:
                    yield number, RowProblem("nested too deeply")
                except ValueError as problem:
                    yield number, RowProblem(str(problem))
                else:
                    yield number, cells_of(value, wanted)
