"""The parts of `clix-py broadcast`: planning, sending, progress and the summary."""

from __future__ import annotations

from .advice import advice
from .plan import Plan, make_plan
from .sending import Ending, send
from .summary import summary_json, summary_lines

__all__ = ["Ending", "Plan", "advice", "make_plan", "send", "summary_json", "summary_lines"]
