"""What `clix-py broadcast` is made of."""

from __future__ import annotations

from ._advice import advice
from ._plan import Plan, make_plan
from ._sending import Ending, send
from ._summary import summary_json, summary_lines

__all__ = ["Ending", "Plan", "advice", "make_plan", "send", "summary_json", "summary_lines"]
