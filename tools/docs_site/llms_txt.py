"""The site for language models, in the form of https://llmstxt.org.

`llms.txt` lists the pages with a sentence each, `llms-full.txt` holds all their text, and each page is there as
Markdown beside its HTML, at the same address with `.md` at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import frozen
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from .links import relink
from .reference_text import with_reference

OPTIONAL = "Project"
"""The section that a reader with little room may leave out, which the form calls 'Optional'."""

_FOR_EYES = re.compile(r":material-[\w-]+: |\{ \.[^}]*\}|^</?div.*\n", re.MULTILINE)
"""Icons and looks."""


@frozen
class Text:
    """One page for language models."""

    title: str
    section: str
    address: str
    """Of the Markdown, from the site's root."""
    markdown: str

    @property
    def sentence(self) -> str:
        """What the page is about: its first sentence."""
        prose = re.sub(r"^```.*?^```$", "", self.markdown, flags=re.MULTILINE | re.DOTALL)
        paragraph = next((part for part in prose.split("\n\n") if re.match(r"[\w`*]|\[", part)), "")
        plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", " ".join(paragraph.split()))
        return re.split(r"(?<=[.!?]) (?=[A-Z])", plain, maxsplit=1)[0]


def texts(nav: Navigation) -> list[Text]:
    """The pages in the order of the navigation."""
    return [_text(page, section) for section, page in _pages(nav.items, "")]


def _pages(items: Iterable[object], section: str) -> Iterator[tuple[str, Page]]:
    for item in items:
        if isinstance(item, Page):
            yield section, item
        elif isinstance(item, Section):
            yield from _pages(item.children, item.title)


def _text(page: Page, section: str) -> Text:
    markdown = with_reference(relink(_FOR_EYES.sub("", page.markdown or ""), _markdown_address))
    return Text(str(page.title), section, f"{page.file.dest_uri}.md", markdown)


def _markdown_address(target: str) -> str:
    """Pages refer to each other as Markdown too."""
    return f"{target.removesuffix('.md')}.html.md" if target.endswith(".md") else target


def write(nav: Navigation, name: str, summary: str, site: Path) -> None:
    """Write all of it into the built site."""
    pages = texts(nav)
    for page in pages:
        place = site / page.address
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(page.markdown, "utf-8")
    (site / "llms.txt").write_text(index_of(pages, name, summary), "utf-8")
    (site / "llms-full.txt").write_text(all_of(pages, name, summary), "utf-8")


def index_of(pages: list[Text], name: str, summary: str) -> str:
    """`llms.txt`."""
    lines = [f"# {name}", "", f"> {summary}"]
    section = None
    for page in sorted(pages, key=lambda page: page.section == OPTIONAL):
        if page.section != section:
            section = page.section
            lines += ["", f"## {'Optional' if section == OPTIONAL else section or 'Start'}", ""]
        lines.append(f"- [{page.title}]({page.address}): {page.sentence}")
    return "\n".join(lines) + "\n"


def all_of(pages: list[Text], name: str, summary: str) -> str:
    """`llms-full.txt`."""
    parts = (f"<!-- {page.address} -->\n\n{page.markdown.strip()}" for page in pages)
    return "\n\n".join([f"# {name}", f"> {summary}", *parts]) + "\n"
