"""Links of a page are found and changed, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from tools.docs_site.links import from_root, relink, targets
from tools.docs_site.repository_pages import linked_from, place_on_site, relinked, source_page

PAGE = """See [a](a.md#part), ![picture](images/b.png), [web](https://clix.so), [here](#part).

```markdown
[not a link](code.md)
```
"""


def test_only_links_to_files_are_found() -> None:
    assert targets(PAGE) == ["a.md", "images/b.png"]


def test_anchors_and_code_stay_as_they_are() -> None:
    changed = relink(PAGE, lambda target: f"x/{target}")
    assert "[a](x/a.md#part), ![picture](x/images/b.png), [web](https://clix.so), [here](#part)" in changed
    assert "[not a link](code.md)" in changed


def test_a_link_is_read_from_where_its_page_stands() -> None:
    assert from_root("docs/reference/index.md", "../../openapi.yaml") == "openapi.yaml"


def test_a_page_of_the_repository_has_its_place_on_the_site() -> None:
    places = [
        place_on_site(path) for path in ("docs/a.md", "CHANGELOG.md", "openapi.yaml", "examples/testing")
    ]
    assert places == ["a.md", "changelog.md", "openapi.yaml", "source/examples/testing.md"]


def test_links_out_of_the_documentation_lead_to_pages_of_the_site() -> None:
    text = "[example](../examples/testing), [changes](../CHANGELOG.md), [spec](../openapi.yaml), [errors](errors.md)"
    assert relinked(text, "docs/page.md", "page.md") == (
        "[example](source/examples/testing.md), [changes](changelog.md), [spec](openapi.yaml), [errors](errors.md)"
    )


def test_what_pages_link_to_outside_is_carried_along() -> None:
    pages = [
        ("docs/a.md", "[x](../examples/testing) [y](b.md)"),
        ("CHANGELOG.md", "[z](tools/environment.py)"),
    ]
    assert linked_from(pages) == {"examples/testing", "tools/environment.py"}


def test_a_folder_is_shown_by_its_readme_and_its_programs(tmp_path: Path) -> None:
    folder = tmp_path / "examples" / "shop"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("# A shop\n\nSee [errors](../../docs/errors.md).\n")
    (folder / "shop.py").write_text("print()\n")
    (folder / "orders.csv").write_text("a\n")

    page = source_page(tmp_path, "examples/shop")

    assert "# A shop\n\nSee [errors](../../errors.md)." in page
    assert "- `orders.csv`\n\n## shop.py\n\n````python\nprint()\n````" in page
