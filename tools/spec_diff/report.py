"""Tell the outcome of a comparison as text, JSON or Markdown."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from .accepted import Acceptance, Outcome
from .impact import Impact

_NOT_LISTED = "accepted differences that are not listed"
_STALE = "accepted, and no longer true"
_MEANING = {
    Impact.BREAKING: "Code written against `openapi.yaml` can fail.",
    Impact.ADDITIVE: "The code works, and cannot see this yet.",
    Impact.OURS_ONLY: "`openapi.yaml` says this, the other document does not.",
}


def as_text(outcome: Outcome, *, with_accepted: bool) -> str:
    """One line for each difference, under the name of its class."""
    lines = [line for impact in Impact for line in _text_section(impact, _lines(outcome, impact))]
    lines += _text_section(_STALE, [f"{a.line} ({_why_stale(a, outcome)})" for a in outcome.no_longer_true])
    if with_accepted:
        told = [f"{found} ({found.impact}; {known.reason})" for found, known in outcome.accepted]
        lines += _text_section("accepted", told)
    elif outcome.accepted:
        count = f"{_NOT_LISTED}: {len(outcome.accepted)} (--accepted lists them)"
        lines = [*(lines or ["no news on the wire"]), count]
    return "\n".join(lines or ["no difference on the wire"])


def as_json(outcome: Outcome) -> str:
    """An object with a list of lines for each class, and the accepted differences with their reasons."""
    value: dict[str, Any] = {impact.name.lower(): _lines(outcome, impact) for impact in Impact}
    value["accepted"] = [_with_reason(str(found), known) for found, known in outcome.accepted]
    value["no_longer_true"] = [
        {**_with_reason(known.line, known), "see": _near(known, outcome)} for known in outcome.no_longer_true
    ]
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _with_reason(line: str, known: Acceptance) -> dict[str, str]:
    return {"line": line, "impact": known.impact, "reason": known.reason}


def as_markdown(outcome: Outcome, source: str) -> str:
    """A report for a pull request."""
    return "\n".join(_markdown(outcome, source)) + "\n"


def _markdown(outcome: Outcome, source: str) -> Iterator[str]:
    yield "# What changed on the wire"
    yield ""
    yield f"{_code(source)} compared with `openapi.yaml`."
    for impact in Impact:
        if lines := _lines(outcome, impact):
            yield from ("", f"## {impact.capitalize()} ({len(lines)})", "", _MEANING[impact], "")
            yield from (f"- {_code(line)}" for line in lines)
    if outcome.no_longer_true:
        yield from ("", f"## {_STALE.capitalize()} ({len(outcome.no_longer_true)})", "")
        yield "Nothing fits these entries of the accepted differences any more; take them out."
        yield ""
        for known in outcome.no_longer_true:
            yield f"- {_code(known.line)} ({_why_stale(known, outcome, quoted=_code)})"
    if not outcome.news and not outcome.no_longer_true:
        yield from ("", "No news.")
    if outcome.accepted:
        yield from ("", f"{_NOT_LISTED.capitalize()}: {len(outcome.accepted)}.")


def _near(known: Acceptance, outcome: Outcome) -> str | None:
    found = outcome.news_near(known)
    return None if found is None else str(found)


def _why_stale(known: Acceptance, outcome: Outcome, quoted: Callable[[str], str] = str) -> str:
    """The class of an entry that nothing fits any more, and where to look for the change."""
    line = _near(known, outcome)
    where = "the documents agree on it now" if line is None else f"see {quoted(line)}"
    return f"{known.impact}; {where}"


def _lines(outcome: Outcome, impact: Impact) -> list[str]:
    return [str(difference) for difference in outcome.news if difference.impact is impact]


def _text_section(title: str, lines: list[str]) -> list[str]:
    return [f"{title} ({len(lines)})", *(f"  {line}" for line in lines)] if lines else []


def _code(text: str) -> str:
    """Markdown's code, which foreign text cannot leave."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
