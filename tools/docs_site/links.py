"""The links of a Markdown page to files."""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import dirname, join, normpath

_FENCE = re.compile(r"^( *)(`{3,}|~{3,}).*?^\1\2`*~* *$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s#]+)(#[^)\s]*)?(\))")


def relink(text: str, change: Callable[[str], str]) -> str:
    """The page with every link to a file as `change` gives it; web addresses and code blocks stay."""

    def changed(link: re.Match[str]) -> str:
        before, target, anchor, after = link.group(1, 2, 3, 4)
        return f"{before}{target if is_elsewhere(target) else change(target)}{anchor or ''}{after}"

    pieces: list[str] = []
    end = 0
    for fence in _FENCE.finditer(text):
        pieces += [_LINK.sub(changed, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*pieces, _LINK.sub(changed, text[end:])])


def targets(text: str) -> list[str]:
    """The files that the page links to, as it writes them."""
    found: list[str] = []

    def note(target: str) -> str:
        found.append(target)
        return target

    relink(text, note)
    return found


def is_elsewhere(target: str) -> bool:
    """Whether a link leads to another site, or stays on its page."""
    return re.match(r"[a-z][a-z0-9+.-]*:|//|#", target) is not None


def from_root(page: str, target: str) -> str:
    """A link of a page, as a path from the repository's root."""
    return normpath(join(dirname(page), target))
