"""A built site whose links lead nowhere, or that loads something from elsewhere, is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.docs_site.check_links import complaints


def site(folder: Path, body: str, **others: str) -> Path:
    for name, text in {"index": body, "other": '<h2 id="here">Here</h2>', **others}.items():
        (folder / f"{name}.html").write_text(text)
    (folder / "llms.txt").touch()
    return folder


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('<a href="nowhere.html">', "index.html: nowhere.html: no such file"),
        ('<a href="other.html#there">', "index.html: other.html#there: no such anchor"),
        ('<a href="#top">', "index.html: #top: no such anchor"),
        ('<a href="../index.html">', "index.html: ../index.html: no such file"),
        ('<img src="missing.png">', "index.html: missing.png: no such file"),
        (
            '<script src="https://cdn.example/a.js">',
            "index.html: https://cdn.example/a.js: would be loaded from elsewhere",
        ),
        (
            '<link href="//fonts.example/a.css">',
            "index.html: //fonts.example/a.css: would be loaded from elsewhere",
        ),
    ],
)
def test_a_link_that_leads_nowhere_is_told(tmp_path: Path, body: str, complaint: str) -> None:
    assert list(complaints(site(tmp_path, body))) == [complaint]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="other.html#here">',
        '<a href="https://clix.so">',
        '<a href="mailto:somebody@example.com">',
        '<a href="llms.txt">',
        '<a href=".">',
        '<h1 id="top"></h1><a href="#top">',
        '<img src="data:image/svg+xml,">',
    ],
)
def test_a_link_that_leads_somewhere_is_not(tmp_path: Path, body: str) -> None:
    assert list(complaints(site(tmp_path, body))) == []
