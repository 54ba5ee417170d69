"""The index for language models has the form of llmstxt.org."""

from __future__ import annotations

from tools.docs_site.llms_txt import Text, all_of, index_of

PAGES = [
    Text("Start", "", "index.html.md", "# Start\n\nSend [pushes](a.html.md). And more."),
    Text(
        "Architecture",
        "Project",
        "architecture.html.md",
        "# Architecture\n\n```text\nboxes\n```\n\nLayers point up.",
    ),
    Text("Errors", "Sending", "errors.html.md", "# Errors\n\nEvery error is\na `ClixError`. Two questions."),
]


def test_the_index_lists_each_page_with_a_sentence_and_the_optional_ones_last() -> None:
    assert index_of(PAGES, "Name", "Summary.") == (
        "# Name\n\n> Summary.\n"
        "\n## Start\n\n- [Start](index.html.md): Send pushes.\n"
        "\n## Sending\n\n- [Errors](errors.html.md): Every error is a `ClixError`.\n"
        "\n## Optional\n\n- [Architecture](architecture.html.md): Layers point up.\n"
    )


def test_the_whole_text_has_every_page_and_says_where_it_is_from() -> None:
    text = all_of(PAGES, "Name", "Summary.")
    assert [f"<!-- {page.address} -->\n\n{page.markdown}" in text for page in PAGES] == [True] * 3
