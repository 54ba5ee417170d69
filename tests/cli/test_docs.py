"""docs/cli.md tells every option; tests/docs parses its commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from clix.cli._main import build_parser

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from options(command)
        elif action.help != argparse.SUPPRESS:
            yield from (name for name in action.option_strings if name.startswith("--"))


def test_every_option_is_on_the_page() -> None:
    missing = {name for name in options(build_parser()) if name not in TEXT}
    assert missing == {"--help", "--version"}
