"""Pages that the site makes of files outside docs/, so that no link of a page leads out of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from posixpath import dirname, join, relpath

from .links import from_root, relink, targets

SAME_FILE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "README.md": "index.md"}
"""Files of the repository that have a page of their own name on the site."""
AS_IT_IS = {"openapi.yaml"}
"""Files that the site carries unchanged."""
_LANGUAGES = {
    ".py": "python",
    ".toml": "toml",
    ".yaml": "yaml",
    ".ini": "ini",
    ".json": "json",
    ".md": "markdown",
}
_OF_A_FOLDER = {".py", ".ini"}
"""Files that the page of a folder shows whole; it names the others."""
_NOT_FOUND_BY_SEARCH = "---\nsearch:\n  exclude: true\n---\n\n"


def place_on_site(path: str) -> str:
    """Where the site has a file of the repository, below docs/."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path in SAME_FILE:
        return SAME_FILE[path]
    return path if path in AS_IT_IS else f"source/{path}.md"


def relinked(text: str, path: str, place: str) -> str:
    """The text of the repository's file `path` with its links as the page at `place` needs them."""
    return relink(text, lambda target: relpath(place_on_site(from_root(path, target)), dirname(place) or "."))


def linked_from(pages: Iterable[tuple[str, str]]) -> set[str]:
    """The files and folders outside docs/ to which the pages (path from the root, text) link."""
    paths = {from_root(path, target) for path, text in pages for target in targets(text)}
    return {path for path in paths if not path.startswith(("docs/", "../")) and path not in SAME_FILE}


def source_page(root: Path, path: str) -> str:
    """A page that shows a file, or a folder's README and its programs."""
    source = root / path
    if source.is_file():
        return f"{_NOT_FOUND_BY_SEARCH}# {path}\n\n{_fenced(source)}"
    files = sorted(file for file in source.iterdir() if file.is_file() and file.name != "README.md")
    shown = [file for file in files if file.suffix in _OF_A_FOLDER]
    named = [f"- `{file.name}`" for file in files if file not in shown]
    parts = [_head(source, path), "\n".join(named), *(f"## {file.name}\n\n{_fenced(file)}" for file in shown)]
    return _NOT_FOUND_BY_SEARCH + "\n\n".join(part for part in parts if part)


def _head(folder: Path, path: str) -> str:
    readme = folder / "README.md"
    if not readme.exists():
        return f"# {path}"
    return relinked(readme.read_text("utf-8"), join(path, "README.md"), place_on_site(path))


def _fenced(file: Path) -> str:
    return f"````{_LANGUAGES.get(file.suffix, 'text')}\n{file.read_text('utf-8').rstrip()}\n````\n"
