"""What MkDocs calls while it builds the site (`hooks` in mkdocs.yml)."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from tools.docs_site import llms_txt
from tools.docs_site.repository_pages import (
    AS_IT_IS,
    SAME_FILE,
    linked_from,
    place_on_site,
    relinked,
    source_page,
)

ROOT = Path(__file__).resolve().parents[2]
_OWN_PAGES = [path for path in SAME_FILE if path != "README.md"]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that come from outside docs/."""
    pages = [(f"docs/{file.src_uri}", file.content_string) for file in files.documentation_pages()]
    for path in _OWN_PAGES:
        pages.append((path, (ROOT / path).read_text("utf-8")))
        files.append(File.generated(config, place_on_site(path), content=pages[-1][1]))
    for path in sorted(linked_from(pages)):
        if (ROOT / path).exists():  # else MkDocs complains of the link
            files.append(_carried(config, path))
    return files


def _carried(config: MkDocsConfig, path: str) -> File:
    if path in AS_IT_IS:
        return File.generated(config, path, content=(ROOT / path).read_bytes())
    place = place_on_site(path)
    return File.generated(config, place, content=source_page(ROOT, path), inclusion=InclusionLevel.NOT_IN_NAV)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Let links into the repository lead to the site's own pages."""
    place = page.file.src_uri
    if place.startswith("source/"):
        return markdown
    path = next((path for path in _OWN_PAGES if SAME_FILE[path] == place), f"docs/{place}")
    return relinked(markdown, path, place)


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> None:  # noqa: ARG001
    """Write what is for language models, once: by now MkDocs has read every page."""
    if page.is_homepage:
        llms_txt.write(nav, config.site_name, config.site_description or "", Path(config.site_dir))
