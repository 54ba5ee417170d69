"""Known differences are set aside, by class and line, and an entry that is no longer true is reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.spec_diff.accepted import Acceptance, read_acceptances, set_aside
from tools.spec_diff.errors import UnreadableError
from tools.spec_diff.impact import Difference, Impact

NULL = Difference(Impact.OURS_ONLY, "GET /x answer 200 items[].a", "null in ours only")
GONE = Difference(Impact.BREAKING, "GET /x", "removed")


def acceptance(line: str, impact: Impact = Impact.OURS_ONLY) -> Acceptance:
    return Acceptance(impact, line, "A reason.")


def test_a_difference_of_the_accepted_class_and_line_is_set_aside() -> None:
    known = acceptance("GET /x answer 200 items[].a: null in ours only")
    outcome = set_aside([NULL, GONE], [known])
    assert (outcome.news, outcome.accepted, outcome.no_longer_true) == ([GONE], [(NULL, known)], [])


@pytest.mark.parametrize("line", ["GET /x answer 200 items[].*: null in ours only", "GET /x", "*"])
def test_only_the_whole_line_word_for_word_is_set_aside(line: str) -> None:
    assert set_aside([NULL], [acceptance(line)]).news == [NULL]


def test_an_entry_does_not_cover_a_difference_of_another_class() -> None:
    outcome = set_aside([GONE], [acceptance("GET /x: removed")])
    assert outcome.news == [GONE]


def test_an_entry_that_nothing_fits_is_no_longer_true() -> None:
    stale = acceptance("GET /y: removed")
    assert set_aside([NULL], [stale, acceptance(str(NULL))]).no_longer_true == [stale]


@pytest.mark.parametrize(
    ("places", "nearest"),
    [
        (["GET /x", "GET /x answer 200"], "GET /x answer 200"),
        (["GET /x", "GET /x answer 200 items[].a"], "GET /x answer 200 items[].a"),
        (["GET /x answer 200 items"], "GET /x answer 200 items"),
        (["GET /x answer 200 items[].a.b", "GET /x answer 200 item", "GET /", "GET /x answer 20"], None),
    ],
)
def test_the_news_near_an_entry_are_those_of_its_place_or_of_the_nearest_around_it(
    places: list[str], nearest: str | None
) -> None:
    news = [Difference(Impact.ADDITIVE, place, "new") for place in places]
    found = set_aside(news, []).news_near(acceptance("GET /x answer 200 items[].a: null in ours only"))
    assert (found and found.place) == nearest


def read_lines(tmp_path: Path, *stated: str) -> list[str]:
    """The lines that a file with these is read into."""
    (tmp_path / "accepted.yaml").write_text(
        json.dumps([{"impact": "breaking", "reason": "r", "lines": stated}])
    )
    return [entry.line for entry in read_acceptances(tmp_path / "accepted.yaml")]


def test_choices_in_braces_are_written_out_in_every_combination(tmp_path: Path) -> None:
    assert read_lines(tmp_path, "{GET|PUT} /x answer {200|404}: removed") == [
        "GET /x answer 200: removed",
        "GET /x answer 404: removed",
        "PUT /x answer 200: removed",
        "PUT /x answer 404: removed",
    ]


def test_braces_without_a_bar_are_those_of_a_path(tmp_path: Path) -> None:
    assert read_lines(tmp_path, "GET /{id}/{a|b}: removed") == [
        "GET /{id}/a: removed",
        "GET /{id}/b: removed",
    ]


def test_an_entry_holds_for_each_of_its_lines(tmp_path: Path) -> None:
    (tmp_path / "accepted.yaml").write_text(
        "- impact: ours only\n  reason: |\n    Two\n    lines.\n  lines: ['a: b', 'c: d']\n"
    )
    assert read_acceptances(tmp_path / "accepted.yaml") == [
        Acceptance(Impact.OURS_ONLY, "a: b", "Two lines."),
        Acceptance(Impact.OURS_ONLY, "c: d", "Two lines."),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "{}",
        "text",
        "{impact: harmless, reason: r, lines: [a]}",
        "{impact: [breaking], reason: r, lines: [a]}",
        "{impact: breaking, lines: [a]}",
        "{impact: breaking, reason: ' ', lines: [a]}",
        "{impact: breaking, reason: r, lines: []}",
        "{impact: breaking, reason: r, lines: a}",
        "{impact: breaking, reason: r, lines: [5]}",
        "{impact: breaking, reason: r, lines: [a], until: 2027}",
    ],
)
def test_an_entry_that_lacks_something_is_refused_by_its_number(entry: str, tmp_path: Path) -> None:
    (tmp_path / "accepted.yaml").write_text(f"- {{impact: additive, reason: r, lines: [a]}}\n- {entry}\n")
    with pytest.raises(UnreadableError, match=r"^entry 2 needs an impact"):
        read_acceptances(tmp_path / "accepted.yaml")


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "accepted.yaml").write_text("lines: []")
    with pytest.raises(UnreadableError, match=r"^should be a list of accepted differences$"):
        read_acceptances(tmp_path / "accepted.yaml")
