import csv
import io
import subprocess
import sys
import unicodedata
from collections import Counter

import pytest

from tools.make_audience import DATA, Texts, as_csv, make_audience, read_texts, sample_files
from tools.make_audience import Recipient as Row

SCRIPTS = [
    "LATIN",
    "HANGUL",
    "HIRAGANA",
    "KATAKANA",
    "CJK",
    "ARABIC",
    "HEBREW",
    "CYRILLIC",
    "GREEK",
    "DEVANAGARI",
    "THAI",
]


def committed(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def audience() -> list[dict[str, str]]:
    return committed("audience.csv")


@pytest.fixture(scope="module")
def devices() -> list[dict[str, str]]:
    return committed("devices.csv")


@pytest.fixture(scope="module")
def everything(audience: list[dict[str, str]]) -> str:
    return "".join(row["title"] + row["body"] for row in audience)


def test_the_committed_files_are_what_the_program_writes() -> None:
    assert {name: (DATA / name).read_bytes() for name in sample_files()} == sample_files()


def test_the_bytes_do_not_depend_on_the_hash_seed_or_the_locale() -> None:
    program = (
        "import sys, tools.make_audience as m; sys.stdout.buffer.write(m.sample_files()['audience.csv'])"
    )
    again = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "4711", "LC_ALL": "C", "PYTHONPATH": str(DATA.parent.parent)},
        capture_output=True,
        check=True,
    )
    assert again.stdout == (DATA / "audience.csv").read_bytes()


def test_the_files_stay_below_a_megabyte_together() -> None:
    assert sum((DATA / name).stat().st_size for name in sample_files()) < 1_000_000


def test_the_audience_has_its_five_columns_and_2400_rows(audience: list[dict[str, str]]) -> None:
    assert list(audience[0]) == ["project_user_id", "title", "body", "image_url", "landing_url"]
    assert len(audience) == 2_400


def test_every_user_is_told_something_once(audience: list[dict[str, str]]) -> None:
    assert len({row["project_user_id"] for row in audience}) == len(audience)
    assert all(row["title"].strip() and row["body"].strip() for row in audience)


def test_some_urls_are_missing_and_some_are_there(audience: list[dict[str, str]]) -> None:
    for column in ("image_url", "landing_url"):
        missing = sum(row[column] == "" for row in audience)
        assert 0.2 < missing / len(audience) < 0.4


def test_most_users_have_one_device_some_two_and_some_none(
    audience: list[dict[str, str]], devices: list[dict[str, str]]
) -> None:
    of_user = Counter(device["project_user_id"] for device in devices)
    users_with = Counter(of_user[row["project_user_id"]] for row in audience)
    assert set(users_with) == {0, 1, 2}
    assert users_with[1] > 1_700
    assert users_with[2] > 200
    assert users_with[0] > 100


def test_every_device_is_different_and_belongs_to_a_user(
    audience: list[dict[str, str]], devices: list[dict[str, str]]
) -> None:
    assert len({device["device_id"] for device in devices}) == len(devices)
    assert len({device["push_token"] for device in devices}) == len(devices)
    assert {device["project_user_id"] for device in devices} <= {row["project_user_id"] for row in audience}


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_texts_use_the_script(script: str, everything: str) -> None:
    assert any(unicodedata.name(character, "").startswith(script) for character in set(everything))


@pytest.mark.parametrize(
    "sequence",
    [
        pytest.param("\N{ZERO WIDTH JOINER}", id="joined emoji"),
        pytest.param("\U0001f1f0\U0001f1f7", id="flag"),
        pytest.param("\U000e007f", id="flag of a region"),
        pytest.param("\U0001f3fd", id="skin tone"),
        pytest.param("e\N{COMBINING ACUTE ACCENT}", id="combining mark"),
        pytest.param("\N{RIGHT-TO-LEFT MARK}", id="direction mark"),
        pytest.param("\U00020bb7", id="ideograph outside the basic plane"),
        pytest.param('"', id="quote"),
        pytest.param("\n", id="line end"),
        pytest.param("\t", id="tab"),
        pytest.param("\\", id="backslash"),
        pytest.param("{{ user.name }}", id="template"),
    ],
)
def test_the_texts_contain(sequence: str, everything: str) -> None:
    assert sequence in everything


def test_no_place_was_left_unfilled(everything: str) -> None:
    assert not any(
        f"{{{name}}}" in everything for name in ("name", "item", "order", "percent", "count", "time")
    )


def test_some_texts_are_long(audience: list[dict[str, str]]) -> None:
    assert max(len(row["body"]) for row in audience) > 1_000
    assert max(len(row["title"]) for row in audience) < 80


def test_some_ids_need_percent_encoding_in_a_path(audience: list[dict[str, str]]) -> None:
    ids = "".join(row["project_user_id"] for row in audience)
    assert all(character in ids for character in "/|#?% @회")


def test_a_row_survives_the_file(audience: list[dict[str, str]]) -> None:
    row = Row("u,1", 'say "hi"', "two\nlines\t", "", " ")
    (read_back,) = csv.DictReader(io.StringIO(as_csv(Row, [row]), newline=""))
    assert read_back == {
        "project_user_id": "u,1",
        "title": 'say "hi"',
        "body": "two\nlines\t",
        "image_url": "",
        "landing_url": " ",
    }


def test_a_smaller_audience_is_the_beginning_of_the_larger() -> None:
    texts: Texts = read_texts()
    few, _ = make_audience(texts, 10)
    more, _ = make_audience(texts, 20)
    assert more[:10] == few
