"""Runs the Python of a page as a reader would: block after block, with what the page has said so far."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Mapping
from types import CodeType
from typing import Any

from clix.webhooks import WebhookReceiver
from tests.docs.blocks import Block


class Page:
    """The names that a page has defined, on top of those that it takes for given."""

    def __init__(self, given: Mapping[str, object], runner: asyncio.Runner) -> None:
        self._given = given
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._runner = runner

    def run(self, block: Block) -> None:
        """Run a block, then call each function that it defines and does not use itself.

        Arguments are given by their names.
        """
        self._names |= self._given
        tree = ast.parse(block.text)
        code = compile(block.text, str(block), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        self._execute(code)
        for name in unused_functions(tree):
            self._call(name)

    def close(self) -> None:
        """Close the receivers of webhooks that the page made; in a program of their own a server would."""
        for value in self._names.values():
            if isinstance(value, WebhookReceiver):
                self._runner.run(value.aclose())

    def _execute(self, code: CodeType) -> None:
        result = eval(code, self._names)
        if inspect.iscoroutine(result):
            self._runner.run(result)

    def _call(self, name: str) -> None:
        function = self._names[name]
        arguments = {
            parameter: self._names[parameter] for parameter in inspect.signature(function).parameters
        }
        result = function(**arguments)
        if inspect.iscoroutine(result):
            self._runner.run(result)


def unused_functions(tree: ast.Module) -> list[str]:
    """The functions on the first level that nothing else in the block names."""
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [name for name in defined if name not in used]
