"""The pages of the command line tell every option; tests/docs parses their commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from clix.cli._main import build_parser

DOCS = Path(__file__).parents[2] / "docs"
TEXT = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("cli.md", "broadcast.md", "files.md"))


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from options(command)
        elif action.help != argparse.SUPPRESS:
            yield from (name for name in action.option_strings if name.startswith("--"))


def test_every_option_is_on_a_page() -> None:
    missing = {name for name in options(build_parser()) if name not in TEXT}
    assert missing == {"--help", "--version"}
