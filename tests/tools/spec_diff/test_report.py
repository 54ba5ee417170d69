"""The outcome of a comparison is told as text, JSON and Markdown."""

from __future__ import annotations

import json

from tools.spec_diff.accepted import Acceptance, Outcome
from tools.spec_diff.impact import Difference, Impact
from tools.spec_diff.report import as_json, as_markdown, as_text

GONE = Difference(Impact.BREAKING, "GET /x", "removed")
NEW = Difference(Impact.ADDITIVE, "POST /x request a[].ttl", "new optional integer")
OURS = Difference(Impact.OURS_ONLY, "GET /y answer 404", "in ours only")
KNOWN = Acceptance(Impact.OURS_ONLY, "GET /y answer 404: in ours only", "It was seen.")
STALE = Acceptance(Impact.BREAKING, "GET /z: removed", "It was so.")
NOTHING = Outcome([], [], [])
EVERYTHING = Outcome([GONE, NEW], [(OURS, KNOWN)], [STALE])


def test_text_has_a_line_for_each_difference_under_its_class() -> None:
    assert as_text(EVERYTHING, with_accepted=False).splitlines() == [
        "breaking (1)",
        "  GET /x: removed",
        "additive (1)",
        "  POST /x request a[].ttl: new optional integer",
        "accepted, and no longer true (1)",
        "  GET /z: removed (breaking; the documents agree on it now)",
        "accepted differences that are not listed: 1 (--accepted lists them)",
    ]


def test_text_can_list_the_accepted_differences_with_their_reasons() -> None:
    text = as_text(Outcome([OURS], [(OURS, KNOWN)], []), with_accepted=True)
    assert text.splitlines() == [
        "ours only (1)",
        "  GET /y answer 404: in ours only",
        "accepted (1)",
        "  GET /y answer 404: in ours only (ours only; It was seen.)",
    ]


def test_text_says_so_when_nothing_differs() -> None:
    assert as_text(NOTHING, with_accepted=False) == "no difference on the wire"


def test_text_says_so_when_nothing_is_new() -> None:
    assert as_text(Outcome([], [(OURS, KNOWN)], []), with_accepted=False).startswith("no news on the wire\n")


def test_json_has_a_list_for_each_class() -> None:
    assert json.loads(as_json(EVERYTHING)) == {
        "breaking": ["GET /x: removed"],
        "additive": ["POST /x request a[].ttl: new optional integer"],
        "ours_only": [],
        "accepted": [
            {"line": "GET /y answer 404: in ours only", "impact": "ours only", "reason": "It was seen."}
        ],
        "no_longer_true": [
            {"line": "GET /z: removed", "impact": "breaking", "reason": "It was so.", "see": None}
        ],
    }


def test_markdown_is_a_report_for_a_pull_request() -> None:
    assert as_markdown(EVERYTHING, "spec.json").splitlines() == [
        "# What changed on the wire",
        "",
        "`spec.json` compared with `openapi.yaml`.",
        "",
        "## Breaking (1)",
        "",
        "Code written against `openapi.yaml` can fail.",
        "",
        "- `GET /x: removed`",
        "",
        "## Additive (1)",
        "",
        "The code works, and cannot see this yet.",
        "",
        "- `POST /x request a[].ttl: new optional integer`",
        "",
        "## Accepted, and no longer true (1)",
        "",
        "Nothing fits these entries of the accepted differences any more; take them out.",
        "",
        "- `GET /z: removed` (breaking; the documents agree on it now)",
        "",
        "Accepted differences that are not listed: 1.",
    ]


def test_an_entry_whose_place_changed_otherwise_leads_to_the_news_of_it() -> None:
    stale = Acceptance(Impact.BREAKING, "GET /x answer 200 a: null in ours only", "It was so.")
    outcome = Outcome([GONE], [], [stale])
    assert f"  {stale.line} (breaking; see GET /x: removed)" in as_text(outcome, with_accepted=False)
    assert f"- `{stale.line}` (breaking; see `GET /x: removed`)\n" in as_markdown(outcome, "spec.json")
    assert json.loads(as_json(outcome))["no_longer_true"][0]["see"] == "GET /x: removed"


def test_markdown_says_so_when_nothing_is_new() -> None:
    assert as_markdown(NOTHING, "spec.json").splitlines()[-1] == "No news."


def test_foreign_text_cannot_leave_its_line_of_code_in_markdown() -> None:
    hostile = Difference(Impact.ADDITIVE, "GET /`x`\n# ``Owned", "new")
    line = as_markdown(Outcome([hostile], [], []), "spec.json").splitlines()[-1]
    assert line == "- ``` GET /`x`\\n# ``Owned: new ```"


def test_foreign_text_cannot_steer_a_terminal() -> None:
    assert str(Difference(Impact.ADDITIVE, "GET /\x1b[2J\u2028é", "new")) == "GET /\\x1b[2J\\u2028é: new"
