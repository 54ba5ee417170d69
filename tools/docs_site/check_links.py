"""Checks that every link of the built site leads somewhere, and that no page loads anything from elsewhere.

    python -m tools.docs_site.check_links site

MkDocs checks the links that are written in Markdown. This reads the HTML, and so sees also those of templates, of
docstrings and of HTML in pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {
    ("img", "src"),
    ("script", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "src"),
    ("source", "srcset"),
}
"""What a browser fetches by itself, where a link waits for a click."""


@dataclass
class Links(HTMLParser):
    """The anchors and the links of one page."""

    anchors: set[str] = field(default_factory=set)
    links: list[tuple[str, bool]] = field(default_factory=list)
    """Each with whether it is loaded by itself."""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element's anchor and link."""
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (tag, name) == ("a", "name"):
                self.anchors.add(value)
            elif (tag, name) in LOADED or (tag, name) == ("a", "href"):
                self.links.append((value, tag != "a"))


@cache
def read(page: Path) -> Links:
    """A page's anchors and links."""
    links = Links()
    links.feed(page.read_text("utf-8"))
    return links


def complaints(site: Path) -> Iterator[str]:
    """One line for each link that leads nowhere, and for each thing that would be loaded from another host."""
    for page in sorted(site.rglob("*.html")):
        for link, is_loaded in read(page).links:
            problem = _problem(site, page, link, is_loaded=is_loaded)
            if problem:
                yield f"{page.relative_to(site)}: {link}: {problem}"


def _problem(site: Path, page: Path, link: str, *, is_loaded: bool) -> str | None:
    parts = urlsplit(link)
    if parts.scheme == "data":
        return None
    if parts.scheme or parts.netloc:
        return "would be loaded from elsewhere" if is_loaded else None
    target = _file(site, page, unquote(parts.path))
    if target is None:
        return "no such file"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in read(target).anchors:
        return "no such anchor"
    return None


def _file(site: Path, page: Path, path: str) -> Path | None:
    start = site if path.startswith("/") else page.parent
    target = (start / path.lstrip("/")).resolve() if path else page
    if target.is_dir():
        target /= "index.html"
    return target if target.is_file() and target.is_relative_to(site) else None


def main() -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(description="Check the links of the built site.")
    parser.add_argument("site", type=Path)
    found = list(complaints(parser.parse_args().site.resolve()))
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
