"""The site's settings refuse what is dead or forgotten, and a newcomer is led to what matters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.docs_site.links import targets

ROOT = Path(__file__).parents[3]
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


def test_a_dead_link_a_dead_anchor_and_a_forgotten_page_fail_the_build(tmp_path: Path) -> None:
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
def test_what_newcomers_ask_is_one_click_from_the_front_page(page: str) -> None:
    assert page in targets((ROOT / "docs" / "index.md").read_text("utf-8"))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_the_links_of_a_page_outside_the_site_lead_to_files(page: str) -> None:
    assert [
        target for target in targets((ROOT / page).read_text("utf-8")) if not (ROOT / target).exists()
    ] == []
