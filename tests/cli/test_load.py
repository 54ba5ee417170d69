"""`clix-py emulator --load` reads what a broadcast reads."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from clix.cli._audience import AudienceError
from clix.cli._audience.devices import read_rows
from clix.emulator import Emulator, EmulatorConfig
from clix.emulator._control.seeding import seed_from_file
from tests.cli.conftest import Run

CONTENTS = {
    "a.csv": b"project_user_id;device_id;platform\nann;p1;IOS\nann;p2;ANDROID\nbob;p3;IOS\n",
    "b.csv": "project_user_id\tdevice_id\tplatform\nann\tp1\tIOS\nann\tp2\tANDROID\nbob\tp3\tIOS\n".encode(
        "utf-16"
    ),
    "a.csv.gz": gzip.compress(b"to,device_id,platform\nann,p1,IOS\nann,p2,ANDROID\nbob,p3,IOS\n"),
    "a.jsonl": b'{"to": "ann", "device_id": "p1", "platform": "IOS"}\n'
    b'{"to": "ann", "device_id": "p2", "platform": "ANDROID"}\n'
    b'{"to": "bob", "device_id": "p3", "platform": "IOS"}\n',
}


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(EmulatorConfig())


@pytest.mark.parametrize("name", CONTENTS)
def test_an_audience_of_any_kind_fills_an_emulator(emulator: Emulator, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CONTENTS[name])
    counts = seed_from_file(emulator, tmp_path / name, read_rows)
    assert (counts["users"], counts["devices"]) == (2, 3)
    assert emulator.state.devices["p2"].fields == {"platform": "ANDROID"}


def test_json_with_users_is_no_audience(emulator: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text(
        json.dumps({"users": [{"project_user_id": "ann"}], "campaigns": [{"id": "c", "title": "x"}]})
    )
    assert seed_from_file(emulator, path, read_rows)["campaigns"] == 1
    path.write_text(json.dumps([{"to": 17}, {"to": "bob"}]))
    assert seed_from_file(emulator, path, read_rows)["users"] == 2


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"id\nu1\n", "it has no column project_user_id or to"),
        (b"to,to\nu1,u2\n", "the column 'to' is there twice"),
        (b"to,name\nu1\n", "line 2: 1 cells where the header has 2"),
    ],
)
def test_what_a_broadcast_refuses_is_not_loaded(
    emulator: Emulator, tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(AudienceError, match=problem):
        seed_from_file(emulator, path, read_rows)


def test_a_broken_id_is_not_loaded(emulator: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"to": 101.0}\n')
    with pytest.raises(AudienceError, match=r"line 1: the receiver in the column 'to' is 101.0"):
        seed_from_file(emulator, path, read_rows)


def test_the_command_hands_its_reader_in(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"to": 101.0}\n')
    ran = run("emulator", "--port", 0, "--load", path)
    assert ran.code == 2
    assert "the receiver in the column 'to' is 101.0" in ran.err
