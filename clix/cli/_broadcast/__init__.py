"""The parts of `clix-py broadcast`: planning, sending, progress and the summary."""

from __future__ import annotations

from .advice import advice
from .findings import finding_lines, findings_json
from .ledger import look_back
from .plan import Plan, make_plan
from .sending import Ending, send
from .summary import summary_json, summary_lines

__all__ = [
    "Ending",
    "Plan",
    "advice",
    "finding_lines",
    "findings_json",
    "look_back",
    "make_plan",
    "send",
    "summary_json",
    "summary_lines",
]
