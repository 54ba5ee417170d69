"""The guard reads the source; what it sees is what users meet at run time, lazy names and attrs classes included."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clix import Clix, ClixSync
from tools.public_api.cli import REPOSITORY
from tools.public_api.stubs import Stubs, read_stubs

# They take what those of Clix take, by a decorator that nobody can follow without running it.
SAME_AS_CLIX = {"clix.ClixSync.__init__", "clix.ClixSync.with_options"}

Parameters = dict[str, bool]
"""Whether each is required, by its name with its stars."""


@pytest.fixture(scope="module")
def stubs() -> Stubs:
    return read_stubs(REPOSITORY)


@pytest.fixture(scope="module")
def classes(stubs: Stubs) -> list[tuple[str, ast.ClassDef, type]]:
    """Each public class: its path, what the guard sees, and the class itself."""
    return [
        (f"{module}.{node.name}", node, getattr(importlib.import_module(module), node.name))
        for module, text in stubs.texts.items()
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    ]


def test_every_name_of_the_facade_is_seen(stubs: Stubs) -> None:
    names = importlib.import_module("clix").__all__
    assert {f"clix.{name}" for name in names} <= stubs.places.keys()


def test_every_public_method_property_and_field_of_a_class_is_seen(
    classes: list[tuple[str, ast.ClassDef, type]],
) -> None:
    missing = [
        f"{path}.{name}"
        for path, node, cls in classes
        for name in _own_names(cls)
        if name not in _members(node)
    ]
    assert len(classes) > 100
    assert missing == []


def test_every_constructor_and_method_is_seen_with_its_parameters(
    classes: list[tuple[str, ast.ClassDef, type]],
) -> None:
    seen = {f"{path}.{name}": _seen(node) for path, cls, _ in classes for name, node in _functions(cls)}
    real = {
        f"{path}.{name}": _real(cls, name)
        for path, node, cls in classes
        for name, _ in _functions(node)
        if f"{path}.{name}" not in SAME_AS_CLIX
    }
    assert len(real) > 200
    assert {path: seen[path] for path in real} == real


@pytest.mark.parametrize("cls", [Clix, ClixSync])
def test_what_a_session_offers_is_seen(stubs: Stubs, cls: type) -> None:
    made = cls(project_id="p", api_key="clix_sk_test")
    offered = [name for name in vars(made) if not name.startswith("_")]
    assert offered
    assert [name for name in offered if f"clix.{cls.__name__}.{name}" not in stubs.places] == []


def _members(node: ast.ClassDef) -> set[str]:
    names: set[str] = set()
    for member in node.body:
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(member.name)
        elif isinstance(member, ast.AnnAssign | ast.Assign):
            target = member.target if isinstance(member, ast.AnnAssign) else member.targets[0]
            names.add(ast.unparse(target))
    return names


def _own_names(cls: type) -> Iterator[str]:
    """The public names that come from our packages, not from the standard library's classes."""
    for owner in cls.__mro__:
        if owner.__module__.startswith("clix"):
            yield from (name for name in vars(owner) if not name.startswith("_"))


def _functions(node: ast.ClassDef) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for member in node.body:
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            yield member.name, member


def _seen(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Parameters:
    namespace: dict[str, Callable[..., Any]] = {}
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        argument.annotation = None
    exec(f"def {node.name}({_without_values(node.args)}): ...", namespace)
    return _parameters(namespace[node.name], skip_first=not _is_static(node))


def _without_values(arguments: ast.arguments) -> str:
    """The parameters as source; a default may be a name that exists in its own module only."""
    nothing = ast.Constant(None)
    arguments.defaults = [nothing] * len(arguments.defaults)
    arguments.kw_defaults = [None if default is None else nothing for default in arguments.kw_defaults]
    for argument in (arguments.vararg, arguments.kwarg):
        if argument is not None:
            argument.annotation = None
    return ast.unparse(arguments)


def _is_static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(decorator) == "staticmethod" for decorator in node.decorator_list)


def _real(cls: type, name: str) -> Parameters:
    if name == "__init__":
        return _parameters(cls, skip_first=False)
    found = inspect.getattr_static(cls, name)
    function = found.__func__ if isinstance(found, classmethod | staticmethod) else found
    return _parameters(function, skip_first=not isinstance(found, staticmethod))


def _parameters(function: Callable[..., Any], *, skip_first: bool) -> Parameters:
    stars: dict[object, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    found = list(inspect.signature(function).parameters.values())[1 if skip_first else 0 :]
    return {
        stars.get(parameter.kind, "") + parameter.name: parameter.default is parameter.empty
        and parameter.kind not in stars
        for parameter in found
    }
