"""From a row to a notification."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from clix import PushNotification, Target
from clix.cli._audience import AudienceError, RowProblem, open_audience
from clix.cli._broadcast.compose import Composer
from clix.cli._broadcast.template import Template
from clix.cli._terminal.exit import CommandError


def composer_of(
    tmp_path: Path, content: str, name: str = "a.csv", *, to_column: str | None = None, **templates: str
) -> Composer:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    made: Mapping[str, Template] = {option: Template(text) for option, text in templates.items()}
    return Composer(open_audience(path), made, to_column=to_column)


def composed(
    tmp_path: Path, content: str, name: str = "a.csv", *, to_column: str | None = None, **templates: str
) -> list[PushNotification]:
    composer = composer_of(tmp_path, content, name, to_column=to_column, **templates)
    return notifications(composer)


def notifications(composer: Composer) -> list[PushNotification]:
    return [
        composer.notification(message)
        for _, message in composer.messages()
        if not isinstance(message, RowProblem)
    ]


def problems(composer: Composer) -> list[str]:
    return [
        f"{number}: {message.reason}"
        for number, message in composer.messages()
        if isinstance(message, RowProblem)
    ]


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("project_user_id", Target.project_user("u1")),
        ("to", Target.project_user("u1")),
        ("device_id", Target.device("u1")),
        ("user_id", Target.clix_user("u1")),
    ],
)
def test_the_column_says_what_kind_of_receiver_it_names(tmp_path: Path, column: str, target: Target) -> None:
    (notification,) = composed(tmp_path, f"{column},title\nu1,Hi\n")
    assert notification.to == target


def test_each_row_may_name_another_kind_of_receiver(tmp_path: Path) -> None:
    sent = composed(tmp_path, "project_user_id,device_id,title\nu1,,Hi\n,d1,Hi\n")
    assert [item.to for item in sent] == [Target.project_user("u1"), Target.device("d1")]


def test_texts_come_from_the_columns_of_their_names_and_empty_cells_are_left_out(tmp_path: Path) -> None:
    header = "project_user_id,title,body,image_url,landing_url,other"
    (sent,) = composed(tmp_path, f"{header}\nu1,T,,https://i,app://l,x\n")
    assert (sent.title, sent.body, sent.image_url, sent.landing_url) == ("T", None, "https://i", "app://l")


def test_a_template_replaces_the_column_of_its_name(tmp_path: Path) -> None:
    (sent,) = composed(
        tmp_path,
        "project_user_id,title,name\nu1,Old,Ana\n",
        title="Hi {name} ({project_user_id})",
        landing_url="app://u/{name}",
    )
    assert (sent.title, sent.landing_url) == ("Hi Ana (u1)", "app://u/Ana")


def test_a_cell_with_braces_is_said_as_it_is(tmp_path: Path) -> None:
    (sent,) = composed(tmp_path, "project_user_id,name\nu1,{0.__class__}\n", title="Hi {name}")
    assert sent.title == "Hi {0.__class__}"


@pytest.mark.parametrize(
    ("content", "templates", "problem"),
    [
        ("name,title\nu1,Hi\n", {}, "no column that says who receives it"),
        ("project_user_id,name\nu1,Ana\n", {}, "nothing to say"),
        ("project_user_id,name\nu1,Ana\n", {"landing_url": "app://x"}, "nothing to say"),
        ("project_user_id,name\nu1,Ana\n", {"title": "Hi {nmae}"}, "did you mean 'name'"),
    ],
)
def test_a_file_without_what_is_needed_is_refused_before_its_rows(
    tmp_path: Path, content: str, templates: dict[str, str], problem: str
) -> None:
    with pytest.raises(CommandError, match=problem) as caught:
        composed(tmp_path, content, **templates)
    assert not isinstance(caught.value, AudienceError)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("u1,d1,Hi", "two receivers, project_user_id and device_id"),
        (",,Hi", "no receiver"),
        ("u1,,", "neither a title nor a body"),
        ("..,,Hi", "project_user_id is '..'"),
        ("  ,,Hi", "project_user_id is empty"),
    ],
)
def test_a_row_that_makes_no_notification_is_refused_at_its_line(
    tmp_path: Path, row: str, problem: str
) -> None:
    composer = composer_of(tmp_path, f"project_user_id,device_id,title\nu0,,Hi\n{row}\nu2,,Hi\n")
    (found,) = problems(composer)
    assert found.startswith(f"3: {problem}")
    assert [item.to for item in notifications(composer)] == [
        Target.project_user("u0"),
        Target.project_user("u2"),
    ]


def test_json_values_are_said_as_they_are_written(tmp_path: Path) -> None:
    (sent,) = composed(
        tmp_path,
        '{"to": 17, "price": 1.10, "open": true, "none": null}\n',
        "a.jsonl",
        title="{price} {open}{none}",
    )
    assert (sent.to, sent.title) == (Target.project_user("17"), "1.10 true")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"to": "u1"}', "no column 'name'"),
        ('{"to": "u1", "name": ["Ana"]}', "the column 'name' holds a list"),
        ('{"name": "Ana"}', "no receiver"),
    ],
)
def test_a_json_line_without_what_is_needed_is_refused(tmp_path: Path, line: str, problem: str) -> None:
    (found,) = problems(composer_of(tmp_path, f"{line}\n", "a.jsonl", title="Hi {name}"))
    assert found.startswith(f"1: {problem}")


def test_dates_and_numbers_of_parquet_are_said_plainly(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    from datetime import date
    from decimal import Decimal

    columns = {"to": ["u1"], "day": [date(2026, 3, 20)], "price": [Decimal("1.10")], "n": [2.5], "b": [b"x"]}
    parquet.write_table(arrow.table(columns), tmp_path / "a.parquet")
    audience = open_audience(tmp_path / "a.parquet")
    (sent,) = notifications(Composer(audience, {"title": Template("{day} {price} {n}")}))
    assert sent.title == "2026-03-20 1.10 2.5"
    assert problems(Composer(audience, {"title": Template("{b}")})) == [
        "1: the column 'b' holds a bytes, which is no text"
    ]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("101.0", "101.0"),
        ("1e16", "1e16"),
        ("NaN", "nan"),
        ("true", "True"),
        ("[1]", "a list"),
        ('{"id": 1}', "a dict"),
    ],
)
def test_a_receiver_in_json_is_text_or_an_integer(tmp_path: Path, cell: str, shown: str) -> None:
    lines = f'{{"to": {cell}, "title": "Hi"}}\n{{"to": 101, "title": "Hi"}}\n{{"to": "u1", "title": "Hi"}}\n'
    composer = composer_of(tmp_path, lines, "a.jsonl")
    assert [item.to for item in notifications(composer)] == [
        Target.project_user("101"),
        Target.project_user("u1"),
    ]
    (found,) = problems(composer)
    assert found.startswith(
        f"1: the receiver in the column 'to' is {shown}, which is neither text nor an integer"
    )


def test_a_receiver_in_parquet_is_text_or_an_integer(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    from datetime import date
    from decimal import Decimal

    columns: list[list[object]] = [
        [101.0, float("nan")],
        [Decimal(101)],
        [True],
        [date(2026, 3, 20)],
        [b"u1"],
    ]
    for cells in columns:
        parquet.write_table(arrow.table({"to": cells}), tmp_path / "a.parquet")
        composer = Composer(open_audience(tmp_path / "a.parquet"), {"title": Template("Hi")})
        assert len(problems(composer)) == len(cells)
    parquet.write_table(arrow.table({"to": [2**53 + 1, None]}), tmp_path / "a.parquet")
    composer = Composer(open_audience(tmp_path / "a.parquet"), {"title": Template("Hi")})
    assert [item.to for item in notifications(composer)] == [Target.project_user("9007199254740993")]
    assert problems(composer) == ["2: no receiver"]


def test_any_column_may_hold_the_ids_of_users(tmp_path: Path) -> None:
    content = "user_id,Kundennummer,title\nclix-1,17,Hi\n"
    (sent,) = composed(tmp_path, content, to_column="Kundennummer")
    assert sent.to == Target.project_user("17")
    (sent,) = composed(tmp_path, content, to_column="user_id")
    assert sent.to == Target.project_user("clix-1")
    with pytest.raises(
        CommandError, match=r"--to-column names the column 'Kundenummer'.* did you mean 'Kundennummer'"
    ):
        composed(tmp_path, content, to_column="Kundenummer")


def test_a_default_stands_for_an_empty_cell(tmp_path: Path) -> None:
    composer = composer_of(
        tmp_path, "to,name\nu1,Ana\nu2,\nu3, \n", title="Hi {name|there}", body="{name}{name|}"
    )
    assert [item.title for item in notifications(composer)] == ["Hi Ana", "Hi there", "Hi there"]
    assert composer.blanks == {"name": 2}


def test_missing_numbers_of_pandas_are_empty_cells(tmp_path: Path) -> None:
    composer = composer_of(tmp_path, '{"to": "u1", "n": NaN}\n', "a.jsonl", title="{n|none}")
    assert [item.title for item in notifications(composer)] == ["none"]


def test_placeholders_that_nothing_fills_are_counted(tmp_path: Path) -> None:
    content = "to,title\nu1,Hi {{ name }}\nu2,Hi {name}\nu3,Hi\nu4,:-{\n"
    composer = composer_of(tmp_path, content)
    assert len(notifications(composer)) == 4
    assert composer.placeholders == 2
    composer = composer_of(tmp_path, content, title="Hi {{name}}")
    assert len(notifications(composer)) == 4
    assert composer.placeholders == 4


def test_half_a_character_is_a_bad_row(tmp_path: Path) -> None:
    composer = composer_of(tmp_path, '{"to": "u1", "title": "\\ud83d"}\n', "a.jsonl")
    assert "half of a character" in problems(composer)[0]
