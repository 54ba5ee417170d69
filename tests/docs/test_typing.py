"""A type checker agrees with every block of Python of the documentation, and with the examples of docstrings.

So what a page does not run (another branch of a handler, an example beside a method) is no mistake either.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Block, blocks
from tests.docs.typed import docstring_blocks, write_examples, write_page


def mypy(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(folder)],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_type_checker_agrees_with_every_block_and_example(tmp_path: Path) -> None:
    for page, of_page in groupby(blocks("python"), key=lambda block: block.page):
        write_page(of_page, tmp_path / re.sub(r"\W", "_", page))
    write_examples(docstring_blocks(), tmp_path / "docstrings")

    run = mypy(tmp_path)

    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
def test_a_mistake_in_a_block_is_seen(tmp_path: Path) -> None:
    mistaken = Block("page.md", 1, "python", "await clix.messages.send(customer, titel='Hi')\n")
    write_page([mistaken], tmp_path / "page")

    assert 'Unexpected keyword argument "titel"' in mypy(tmp_path).stdout
