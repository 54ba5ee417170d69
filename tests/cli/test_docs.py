"""docs/cli.md says what the program does."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from clix.cli._main import build_parser, parse

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("clix-py ") and " emulator" not in line]


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from options(command)
        elif action.help != argparse.SUPPRESS:
            yield from (name for name in action.option_strings if name.startswith("--"))


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_page_is_understood(line: str) -> None:
    words = shlex.split(line.split(" > ", maxsplit=1)[0])
    assert parse(words[1:]).command == words[1]


def test_every_option_is_on_the_page() -> None:
    missing = {name for name in options(build_parser()) if name not in TEXT}
    assert missing == {"--help", "--version"}


def test_the_page_has_enough_commands_to_prove_something() -> None:
    assert len({line.split()[1] for line in commands()}) == 7
