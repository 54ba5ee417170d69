"""What the pages and the picture show is what the committed results say."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks import goals, page, plot, report, results
from benchmarks.results import Results, Table

SVG = "{http://www.w3.org/2000/svg}"
TABLE = Table(
    name="t",
    title="Some costs",
    columns=("CPU µs", "ratio"),
    rows={"ours": [1234.5, 1], "theirs": [50, 0.04]},
)


@pytest.fixture(scope="module")
def committed() -> Results:
    return results.read()


@pytest.mark.parametrize("name", page.BLOCKS)
def test_a_page_shows_what_the_committed_results_say(name: str, committed: Results) -> None:
    file, text = page.BLOCKS[name]
    shown = file.read_text("utf-8")
    assert page.replaced(shown, name, text(committed)) == shown


def test_the_picture_is_drawn_from_the_committed_results(committed: Results) -> None:
    assert plot.FILE.read_text("utf-8") == plot.draw(plot.panels(committed))


def test_no_committed_table_is_doubtful(committed: Results) -> None:
    assert [table.name for table in committed.tables.values() if report.is_doubtful(table)] == []


def test_every_table_is_on_the_page(committed: Results) -> None:
    assert set(page.ORDER) == set(committed.tables)


def test_every_goal_has_a_figure(committed: Results) -> None:
    assert all(goal.found(committed) >= 0 for goal in goals.GOALS)


def test_the_results_name_no_machine(committed: Results) -> None:
    assert set(committed.facts) == {
        "date", "python", "implementation", "system", "architecture", "cores", "load before", "load after", "versions",
    }  # fmt: skip


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text("{}")
    written = Results(facts={"python": "3.11"}, tables={"t": TABLE})
    results.write(written, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["machine.json", "t.json"]
    read = results.read(tmp_path)
    assert (read.facts, read.value("t", "theirs", "ratio")) == ({"python": "3.11"}, 0.04)


def test_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="no column 'wall'"):
        TABLE.value("ours", "wall")


def test_a_table_for_people_is_aligned() -> None:
    assert report.in_terminal(TABLE).splitlines()[1:] == [
        "Some costs",
        "           CPU µs   ratio",
        "  ours      1,234       1",
        "  theirs       50    0.04",
    ]


def test_a_doubtful_table_says_that_it_is_not_to_be_believed() -> None:
    doubtful = Table(name="t", title="T", columns=(), rows={"raw": []}, doubt=0.07)
    assert "NOT TO BE BELIEVED: the A/A row is off by 7%" in report.in_terminal(doubtful)


def test_a_goal_is_met_on_its_limit_and_missed_beyond_it() -> None:
    most = goals.Goal("cost", lambda _: 0.0, at_most=1.05)
    least = goals.Goal("speed", lambda _: 0.0, at_least=50)
    assert [most.is_met_by(1.05), most.is_met_by(1.06)] == [True, False]
    assert [least.is_met_by(50), least.is_met_by(49.9)] == [True, False]


def test_marks_that_are_missing_are_an_error() -> None:
    with pytest.raises(ValueError, match="0 times"):
        page.replaced("# A page", "figures", "text")


def test_a_bar_is_as_long_as_its_figure_and_a_name_is_escaped() -> None:
    panel = plot.Panel("a < b", {"R&D": 50.0, "other": 100.0}, ours=["R&D"])
    picture = ET.fromstring(plot.draw([panel]))
    bars = {
        bar.get("class"): bar.get("width") for bar in picture.iter(f"{SVG}rect") if bar.get("class") != "card"
    }
    assert bars == {"bar ours": f"{plot.LONGEST / 2:.1f}", "bar": f"{plot.LONGEST:.1f}"}
    assert "R&D" in [text.text for text in picture.iter(f"{SVG}text")]
