"""Tables as text: in the terminal, and as Markdown for the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from .measure import TOLERANCE
from .results import Table


def in_terminal(table: Table) -> str:
    """A title, aligned columns, and the note."""
    cells = _cells(table)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    note = [f"  {table.note}"] if table.note else []
    doubt = [f"  NOT TO BE BELIEVED: the A/A row is off by {table.doubt:.0%}."] if is_doubtful(table) else []
    return "\n".join([f"\n{table.title}", *lines, *note, *doubt])


def in_markdown(table: Table) -> str:
    """The same for the documentation, without the A/A rows' explanation."""
    head, *rows = _cells(table)
    lines = [head, ["---", *["---:"] * len(table.columns)], *rows]
    return "\n".join([f"**{table.title}.** {table.note}".rstrip(), "", *map(_markdown_line, lines)])


def is_doubtful(table: Table) -> bool:
    """Whether the same thing measured twice gave two answers."""
    return table.doubt > TOLERANCE


def _cells(table: Table) -> list[list[str]]:
    head = ["", *table.columns]
    return [head, *([name, *map(figure, values)] for name, values in table.rows.items())]


def figure(value: float) -> str:
    """Three digits are enough; large numbers whole."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 10 else f"{value:.2f}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  " + "   ".join([first, *others])


def _markdown_line(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"
