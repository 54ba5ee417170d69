"""The commands of a block of shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tests.docs.blocks import Block

_ENDS = {"&", "&&", ";", "|", "||"}
_PROMPT = "$ "


def commands_of(block: Block) -> list[list[str]]:
    """The words of each command, without comments and redirections."""
    return [command for line in _lines(block.text) for command in _split(_words(line))]


def output_of(block: Block) -> list[str]:
    """What the block shows as printed: with prompts, the lines that have none."""
    lines = block.text.splitlines()
    return [line for line in lines if not line.startswith(_PROMPT)] if _has_prompts(lines) else []


def _has_prompts(lines: list[str]) -> bool:
    return any(line.startswith(_PROMPT) for line in lines)


def _lines(text: str) -> Iterator[str]:
    """Each line of shell, with those that it goes on in."""
    lines = text.splitlines()
    if _has_prompts(lines):
        yield from (line.removeprefix(_PROMPT) for line in lines if line.startswith(_PROMPT))
        return
    pending = ""
    for line in lines:
        pending += line
        if not _is_whole(pending):
            pending += "\n"
        elif pending.endswith("\\"):
            pending = pending[:-1]
        else:
            yield pending
            pending = ""
    assert not pending, f"a quotation or a line is not ended: {pending}"


def _is_whole(line: str) -> bool:
    try:
        _words(line)
    except ValueError:
        return False
    return True


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(lexer)


def _split(words: list[str]) -> Iterator[list[str]]:
    command: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in _ENDS:
            yield command
            command = []
        elif word in {">", ">>", "<"}:
            next(rest)
        else:
            command.append(word)
    if command:
        yield command
