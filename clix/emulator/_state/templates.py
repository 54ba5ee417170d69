"""Liquid templates, with bounds on what one can cost.

A property that is named like a word of Liquid's is written `trigger["limit"]`. Liquid takes a fifth of a second to
import, so the first template that needs it imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from .records import Json

if TYPE_CHECKING:
    from liquid import BoundTemplate, Environment


class TemplateError(Exception):
    """A template is not Liquid, or cannot be rendered with these values."""


class Template:
    """A text with `{{ ... }}` in it. A value that is not there renders as nothing, as usual in Liquid."""

    def __init__(self, source: str) -> None:
        """Raises TemplateError."""
        self._source = source
        self._compiled = _compile(source) if "{{" in source or "{%" in source else None

    def render(self, values: Mapping[str, Json]) -> str:
        """The text with its values. Raises TemplateError."""
        if self._compiled is None:
            return self._source
        from liquid.exceptions import LiquidError

        try:
            return self._compiled.render(values)
        except LiquidError as problem:
            raise TemplateError(str(problem.message)) from None
        except Exception as problem:  # noqa: BLE001 - not all of Liquid's filters guard themselves
            raise TemplateError(str(problem)) from None


def _compile(source: str) -> BoundTemplate:
    from liquid.exceptions import LiquidError

    try:
        return _liquid().from_string(source)
    except LiquidError as problem:
        raise TemplateError(str(problem.message)) from None
    except RecursionError:
        raise TemplateError("nested too deeply") from None


@cache
def _liquid() -> Environment:
    from liquid import Environment

    class Bounded(Environment):
        loop_iteration_limit = 10_000
        local_namespace_limit = 100_000
        output_stream_limit = 100_000

    return Bounded(strict_filters=True)
