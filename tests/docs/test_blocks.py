"""No block of the documentation goes unchecked."""

from __future__ import annotations

import configparser
import json
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from tests.docs.blocks import ROOT, Block, blocks, blocks_of

CHECKED_BY = {"python": "test_python.py", "console": "test_commands.py"}
SHOWN = {
    "powershell": "commands for Windows, which run there only",
    "text": "what a program prints, or a drawing: nothing to run",
}
"""Languages that nothing checks, and why."""


def read_ini(text: str) -> None:
    configparser.ConfigParser().read_string(text)


READERS: Mapping[str, Callable[[str], Any]] = {
    "ini": read_ini,
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
}


@pytest.mark.parametrize("block", blocks(), ids=str)
def test_a_block_says_its_language_and_something_checks_it(block: Block) -> None:
    assert block.language in {*CHECKED_BY, *READERS, *SHOWN}


@pytest.mark.parametrize("block", [block for block in blocks() if block.language in READERS], ids=str)
def test_a_block_of_data_can_be_read(block: Block) -> None:
    READERS[block.language](block.text)


def test_blocks_are_found_wherever_they_stand() -> None:
    page = "```python\n1\n```\n- item\n\n    ```console title\n    make\n    ```\n~~~\n```\n~~~\n````text\n```\n````\n"

    found = [(block.line, block.language, block.text) for block in blocks_of(page, "page.md")]

    assert found == [
        (2, "python", "1\n"),
        (7, "console title", "make\n"),
        (10, "", "```\n"),
        (13, "text", "```\n"),
    ]


def test_every_fence_of_the_pages_belongs_to_a_block() -> None:
    for page in {block.page for block in blocks()}:
        text = (ROOT / page).read_text("utf-8")
        fences = [line for line in text.splitlines() if line.lstrip().startswith(("```", "~~~"))]
        assert len(fences) == 2 * len([block for block in blocks() if block.page == page])
