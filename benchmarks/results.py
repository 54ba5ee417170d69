"""What a run found: tables of numbers, with names that stay the same, kept as benchmarks/results/*.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen

FOLDER = Path(__file__).parent / "results"


@frozen(kw_only=True)
class Table:
    """Rows of numbers under named columns, the unit in the column's name."""

    name: str
    """Also of the file."""
    title: str
    columns: Sequence[str]
    rows: Mapping[str, Sequence[float]]
    note: str = ""
    doubt: float = 0.0
    """How far the A/A row was from 1."""

    def value(self, row: str, column: str) -> float:
        """One number.

        Raises:
            KeyError: there is no such row or column.
        """
        if column not in self.columns:
            raise KeyError(f"{self.name} has no column {column!r}")
        return self.rows[row][list(self.columns).index(column)]


@frozen(kw_only=True)
class Results:
    """All tables of one run, and the machine that it was made on."""

    facts: Mapping[str, Any]
    tables: Mapping[str, Table] = field(factory=dict)

    def value(self, table: str, row: str, column: str) -> float:
        """One number of one table."""
        return self.tables[table].value(row, column)


def write(results: Results, folder: Path = FOLDER) -> None:
    """A file for each table, and `machine.json`; what an earlier run left is removed."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    _dump(folder / "machine.json", results.facts)
    for table in results.tables.values():
        _dump(folder / f"{table.name}.json", asdict(table))


def read(folder: Path = FOLDER) -> Results:
    """What `write` wrote."""
    facts = json.loads((folder / "machine.json").read_text("utf-8"))
    tables = {table.name: table for table in _tables(folder)}
    return Results(facts=facts, tables=tables)


def _tables(folder: Path) -> Iterator[Table]:
    for file in sorted(folder.glob("*.json")):
        if file.name != "machine.json":
            yield Table(**json.loads(file.read_text("utf-8")))


def _dump(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def rounded(value: float) -> float:
    """To four significant digits: the rest is noise, and would make every new run's files differ more."""
    return float(f"{value:.4g}")
