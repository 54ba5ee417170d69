"""Texts with `{column}` in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix.cli._broadcast.template import Template, check_columns
from clix.cli._terminal.exit import CommandError


def test_columns_are_filled_in_their_order() -> None:
    template = Template("Hi {name}, {count} x {name}!")
    assert template.columns == ("name", "count", "name")
    assert template.fill(["Ana", "3", "Ana"]) == "Hi Ana, 3 x Ana!"


@pytest.mark.parametrize(
    ("text", "filled"),
    [("{{name}}", "{name}"), ("{{{name}}}", "{Ana}"), ("100% {name}", "100% Ana"), ("{ name }", "Ana")],
)
def test_doubled_braces_are_braces(text: str, filled: str) -> None:
    template = Template(text)
    assert template.fill(["Ana"] * len(template.columns)) == filled


@pytest.mark.parametrize("text", ["{", "}", "Hi {name", "Hi name}", "{}", "{ }", "{a{b}}"])
def test_a_brace_that_names_no_column_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="names no column"):
        Template(text)


@pytest.mark.parametrize("name", ["0.__class__", "name.__class__", "name!r", "name:>10", "name[0]", "0"])
def test_only_the_plain_name_of_a_column_can_stand_in_braces(name: str) -> None:
    with pytest.raises(CommandError, match="names the column"):
        check_columns({"title": Template(f"{{{name}}}")}, ["name"])


def test_a_column_that_is_misspelt_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(CommandError, match=r"--title names the column 'nmae'.* did you mean 'name'\?"):
        check_columns({"title": Template("{nmae}")}, ["project_user_id", "name"])


@given(st.text())
def test_what_a_row_holds_is_never_read_as_a_template(cell: str) -> None:
    assert Template("<{x}>").fill([cell]) == f"<{cell}>"


@given(st.text())
def test_any_text_can_be_said_with_doubled_braces(text: str) -> None:
    assert Template(text.replace("{", "{{").replace("}", "}}")).fill([]) == text
