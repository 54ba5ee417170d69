"""What the check of an audience counts for whoever sends to it."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clix.cli._broadcast.receivers import Duplicates, suspicion_of
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("identity", "kind"),
    [
        ("101.0", "decimal"),
        ("1,5", "decimal"),
        ("-7.", "decimal"),
        ("1e+16", "exponent"),
        ("1.23E+15", "exponent"),
        ("1.5e15", "exponent"),
        ("nan", "missing"),
        ("None", "missing"),
        ("NULL", "missing"),
        ("#N/A", "missing"),
        ("<NA>", "missing"),
        (" u1", "blanks"),
        ("u1\t", "invisible"),
        ("u\u200b1", "invisible"),
        ("\ufeffu1", "invisible"),
        ("u1\ufffd", "invisible"),
    ],
)
def test_ids_that_a_program_has_broken_are_noticed(identity: str, kind: str) -> None:
    assert suspicion_of(identity) == kind


@pytest.mark.parametrize(
    "identity",
    [
        "u1",
        "101",
        "user_123",
        "ana@example.com",
        "019aa002-1d0e-7407-a0c5-5bfa8dd2be30",
        "1234e567",
        "1.2.3",
        "Zoë",
        "nancy",
        "v1.0",
        "user 1",
    ],
)
def test_ids_as_people_have_them_are_not(identity: str) -> None:
    assert suspicion_of(identity) is None


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["to", "device_id"]), st.integers(0, 50)), max_size=300))
def test_duplicates_are_counted_as_a_set_would_count_them(receivers: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("clix.cli._broadcast.receivers._HELD", 2)
        duplicates = Duplicates()
        for kind, number in receivers:
            duplicates.add(kind, str(number))
        counted = duplicates.count()
        duplicates.close()
    assert counted == len(receivers) - len(set(receivers))


def test_duplicates_are_counted_on_a_full_disk_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    monkeypatch.setattr("clix.cli._broadcast.receivers._HELD", 2)
    duplicates = Duplicates()
    for number in [*range(300), *range(300)]:
        duplicates.add("to", str(number))
    assert duplicates.count() == 300


def test_a_dry_run_shows_what_was_found(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"id;name;title\n101.0;Ana;Hi\nu2;;Hi {{ name }}\nu2;Bo;Hi\nid;name;title\n;Cy;Hi\nu3;Di;Hi"
    )
    words = ("broadcast", path, "--dry-run", "--to-column", "id", "--body", "{name}", "--skip-bad")
    ran = run(*words)
    assert ran.code == 0
    for line in (
        "The cells are separated by semicolons.",
        "The last line has no line end",
        "2 rows make no notification:",
        "  line 5: this is the header again",
        "  line 6: no receiver",
        "1 receiver look like numbers with a decimal point, the first in line 2: '101.0'",
        "1 notification goes to a receiver who gets one already",
        "the column 'name' is empty in 1 row; {name|text}",
        "1 notification has a placeholder",
        "4 notifications in 1 request. Nothing was sent.",
    ):
        assert line in ran.err
    found = json.loads(run(*words, "--json").out)
    assert Counter(
        {key: found[key] for key in ("total", "bad_rows", "duplicates", "placeholders")}
    ) == Counter(total=4, bad_rows=2, duplicates=1, placeholders=1)
    assert found["suspicious_ids"] == {"decimal": {"count": 1, "first": 2, "example": "101.0"}}
    assert found["empty_values"] == {"name": 1}


def test_a_dry_run_of_bad_rows_is_refused_unless_they_are_skipped(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"to,title\n,Hi\nu1,Hi\n")
    assert run("broadcast", path, "--dry-run").code == 2
    assert run("broadcast", path, "--dry-run", "--skip-bad").code == 0
    path.write_bytes(b"to,title\n,Hi\n")
    assert run("broadcast", path, "--dry-run", "--skip-bad").code == 2, "nothing is left to send"
