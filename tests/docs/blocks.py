"""Every fenced block of code of README.md, CONTRIBUTING.md and docs/."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^ *(?P=fence)[`~]* *$",
    re.MULTILINE | re.DOTALL,
)
_FILE_NAME = re.compile(r"# ([\w-]+\.\w+)\n")


@dataclass(frozen=True)
class Block:
    """One block, and where it stands."""

    page: str
    """Path from the root of the repository."""
    line: int
    """Of its first line of code, counted from 1."""
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def file_name(self) -> str | None:
        """The file that it belongs to: its first line is a comment with nothing but a name."""
        found = _FILE_NAME.match(self.text)
        return None if found is None else found[1]

    @property
    def tests(self) -> list[str]:
        """The tests that a block of Python defines, by name."""
        return re.findall(r"^ *(?:async )?def (test_\w+)", self.text, re.MULTILINE)


def pages() -> list[Path]:
    """Every page."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@cache
def blocks(language: str | None = None) -> list[Block]:
    """The blocks of all pages, or those in one language."""
    found = [block for page in pages() for block in blocks_of(page.read_text("utf-8"), _name(page))]
    return [block for block in found if language is None or block.language == language]


def blocks_of(text: str, page: str) -> list[Block]:
    """The blocks of one page."""
    return [
        Block(
            page, text.count("\n", 0, fence.start("text")) + 1, fence["info"].strip(), dedent(fence["text"])
        )
        for fence in _FENCE.finditer(text)
    ]


def pages_with(language: str) -> list[str]:
    """The pages that have a block in this language."""
    return list(dict.fromkeys(block.page for block in blocks(language)))


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()
