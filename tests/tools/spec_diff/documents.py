"""Documents to compare, ways to change them, and the lines that a comparison gives."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.spec_diff.cli import OURS, api_of
from tools.spec_diff.compare_operations import compare
from tools.spec_diff.parse import parse
from tools.spec_diff.wire import Api

PROVIDER_LIKE = Path(__file__).parent / "provider_like.json"
OUR_DOCUMENT: Any = parse(OURS.read_bytes(), OURS.name)
PROVIDER_DOCUMENT: Any = json.loads(PROVIDER_LIKE.read_text())
OUR_API = api_of(OUR_DOCUMENT)

Change = Callable[[Any], None]


def changed(document: Any, *changes: Change) -> Any:
    """A copy of the document after the changes."""
    result = copy.deepcopy(document)
    for change in changes:
        change(result)
    return result


def lines(theirs: Any, ours: Api = OUR_API) -> set[str]:
    """What a comparison says: `breaking: POST /x request: removed` and so on."""
    return {f"{difference.impact}: {difference}" for difference in compare(ours, api_of(theirs))}


def at(path: str, document: Any) -> Any:
    """The value at `components > schemas > v1Device`; the document itself at the empty path."""
    for key in filter(None, path.split(" > ")):
        document = document[int(key) if isinstance(document, list) else key]
    return document


def _holder(path: str, document: Any) -> tuple[Any, Any]:
    """What the last key of a path is a key of, and that key."""
    parent, _, key = path.rpartition(" > ")
    holder = at(parent, document)
    return holder, int(key) if isinstance(holder, list) else key


def put(path: str, value: Any) -> Change:
    """Set the value at a path."""

    def change(document: Any) -> None:
        holder, key = _holder(path, document)
        holder[key] = copy.deepcopy(value)

    return change


def drop(path: str) -> Change:
    """Remove a key, or the item of a list."""

    def change(document: Any) -> None:
        holder, key = _holder(path, document)
        del holder[key]

    return change


def add(path: str, *items: Any) -> Change:
    """Append to a list."""
    return lambda document: at(path, document).extend(copy.deepcopy(items))


def rename(path: str, name: str) -> Change:
    """Give a key another name, at the same position."""

    def change(document: Any) -> None:
        holder, old = _holder(path, document)
        entries = [(name if key == old else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(entries)

    return change


def together(*changes: Change) -> Change:
    """Several changes as one."""

    def apply(part: Any) -> None:
        for change in changes:
            change(part)

    return apply


def everywhere(edit: Callable[[dict[str, Any]], None]) -> Change:
    """Apply an edit to every object of the document, the inner ones first."""

    def change(document: Any) -> None:
        for child in document.values() if isinstance(document, dict) else document:
            if isinstance(child, (dict, list)):
                change(child)
        if isinstance(document, dict):
            edit(document)

    return change
