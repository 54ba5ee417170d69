"""The site's settings refuse what is dead or forgotten, and a newcomer is led to what matters."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = f"""
INHERIT: {ROOT}/mkdocs.yml
docs_dir: pages
hooks: []
watch: []
extra_css: []
plugins: [search]
nav: [index.md]
"""


def build(folder: Path, page: str, *others: str) -> subprocess.CompletedProcess[str]:
    """Build one page as `make docs` does."""
    (folder / "pages" / "images").mkdir(parents=True)
    (folder / "pages" / "images" / "favicon.svg").touch()
    (folder / "pages" / "index.md").write_text(page)
    for name in others:
        (folder / "pages" / name).write_text("# Other\n")
    (folder / "mkdocs.yml").write_text(SETTINGS)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_dead_links_and_forgotten_pages_fail_the_build(tmp_path: Path) -> None:
    run = build(tmp_path, "# Start\n\n[one](gone.md) [two](#nowhere)\n", "forgotten.md")

    assert run.returncode == 1
    warnings = run.stderr.split("WARNING -")[1:]
    assert ["forgotten.md" in warnings[0], "'gone.md'" in warnings[1], "'#nowhere'" in warnings[2]] == [
        True
    ] * 3


def test_a_page_without_them_does_not(tmp_path: Path) -> None:
    run = build(tmp_path, "# Start\n\n[here](#start)\n")

    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("page", ["testing-your-app.md", "in-doubt.md"])
def test_newcomers_find_it_on_the_front_page(page: str) -> None:
    assert page in targets("docs/index.md")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_outside_the_site_lead_to_files(page: str) -> None:
    assert [target for target in targets(page) if not (ROOT / target).exists()] == []


def targets(page: str) -> list[str]:
    """The files that a page links to."""
    return re.findall(r"\]\((?![a-z]+:|#)([^)\s#]+)", (ROOT / page).read_text("utf-8"))


def test_every_page_is_listed_for_language_models() -> None:
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    pages, listed = (re.findall(r"- (?:Start: )?([\w/-]+\.md)", part) for part in split(settings))
    assert len(pages) > 20
    assert sorted(listed) == sorted(pages)


def split(settings: str) -> tuple[str, str]:
    """The navigation, and the sections of llms.txt."""
    return settings.partition("\nnav:\n")[2], settings.partition("\n  - llmstxt:\n")[2].partition("\n  - ")[0]
