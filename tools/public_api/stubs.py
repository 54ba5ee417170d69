"""The public API as stubs: what public modules export, and what sessions offer as attributes."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import griffe

PACKAGES = ("clix", "clix_api_client")
# `clix.cli` is used as a command, `clix.resources` through the attributes of a session.
_NOT_IMPORTED_BY_USERS = {"clix.cli", "clix.resources"}
_NEVER_CALLED = {
    "__init__",
    "__attrs_post_init__",
    "__repr__",
    "__reduce__",
    "__slots__",
    "__init_subclass__",
}


def read_stubs(repository: Path) -> dict[str, str]:
    """The stub of each public module, by the module's name."""
    loader = griffe.GriffeLoader(search_paths=[repository], allow_inspection=False)
    for package in PACKAGES:
        loader.load(package, try_relative_path=False)
    loader.resolve_aliases(implicit=True, external=False)
    modules = [found for name in PACKAGES for found in _public_modules(loader.modules_collection[name])]
    return _Writer(modules).stubs()


def _public_modules(module: griffe.Module) -> Iterator[griffe.Module]:
    yield module
    for below in module.modules.values():
        if not (below.is_alias or below.name.startswith("_") or below.path in _NOT_IMPORTED_BY_USERS):
            yield from _public_modules(below)


def _exports(module: griffe.Module) -> dict[str, griffe.Object]:
    # Asked for at run time: packages that load their names lazily compute `__all__`, which griffe cannot read.
    names: list[str] = getattr(_find(module.path), "__all__", [])
    names = names or [name for name, member in module.members.items() if member.is_public]
    found = {name: _target(module[name]) for name in sorted(names)}
    return {name: member for name, member in found.items() if not member.is_module}


def _target(member: griffe.Object | griffe.Alias) -> griffe.Object:
    return member.final_target if isinstance(member, griffe.Alias) else member


class _Writer:
    def __init__(self, modules: list[griffe.Module]) -> None:
        self._exports = {module.path: _exports(module) for module in modules}
        self._homes: dict[str, str] = {}
        """The first public path of each exported object, by the path of its definition."""
        for module, members in self._exports.items():
            for name, member in members.items():
                self._homes.setdefault(member.path, f"{module}.{name}")

    def stubs(self) -> dict[str, str]:
        return {module: self._module(module) for module in sorted(self._exports)}

    def _module(self, module: str) -> str:
        lines: list[str] = []
        for name, member in self._exports[module].items():
            home = self._homes[member.path]
            lines += self._member(name, member) if home == f"{module}.{name}" else [f"{name} = {home}"]
        return "\n".join(lines) + "\n"

    def _member(self, name: str, member: griffe.Object, within: tuple[str, ...] = ()) -> Iterator[str]:
        if isinstance(member, griffe.Class):
            yield f"class {name}({', '.join(_bases(member.path))}):"
            if _has_constructor(member.path) and not self._needs_private(member.members.get("__init__")):
                yield f"    def __init__{_signature(member.path)}: ..."
            yield from self._body(member, within)
        elif isinstance(member, griffe.Function):
            awaited = "async " if "async" in member.labels else ""
            yield f"{awaited}def {name}{_signature(member.path)}: ..."
        elif isinstance(member, griffe.Attribute):
            yield from self._attribute(name, member, within)

    def _attribute(self, name: str, member: griffe.Attribute, within: tuple[str, ...]) -> Iterator[str]:
        """One line; or the whole class, where the attribute is the only way to an object of it."""
        offered = _named_class(member.annotation)
        if offered is None or offered.path in {*self._homes, *within}:
            yield f"{name} = ..." if member.annotation is None else f"{name}: {member.annotation}"
        else:
            yield f"class {name}:"
            yield from self._body(offered, within)

    def _body(self, cls: griffe.Class, within: tuple[str, ...]) -> Iterator[str]:
        for name, member in sorted(cls.all_members.items()):
            if name not in _NEVER_CALLED and (not name.startswith("_") or name.endswith("__")):
                lines = "\n".join(self._member(name, _target(member), (*within, cls.path)))
                yield textwrap.indent(lines, "    ")
        yield "    ..."

    def _needs_private(self, constructor: griffe.Object | griffe.Alias | None) -> bool:
        """Whether only we can call it: a required argument is of a class that is exported nowhere."""
        if not isinstance(constructor, griffe.Function):
            return False
        required = [parameter.annotation for parameter in constructor.parameters if parameter.required]
        parts = [part for each in required if isinstance(each, griffe.Expr) for part in each.iterate()]
        classes = [found for part in parts if (found := _named_class(part))]
        return any(found.path not in self._homes for found in classes)


def _named_class(annotation: str | griffe.Expr | None) -> griffe.Class | None:
    """Our own class that an annotation names."""
    if not isinstance(annotation, griffe.ExprName) or not isinstance(annotation.parent, griffe.Object):
        return None
    try:
        found = _target(annotation.parent.modules_collection[annotation.canonical_path])
    except (KeyError, griffe.GriffeError):  # not of our packages
        return None
    return found if isinstance(found, griffe.Class) else None


def _find(path: str) -> object:
    """The object of a dotted path, whose first names are those of a module."""
    names = path.split(".")
    for end in range(len(names), 0, -1):
        try:
            found: Any = import_module(".".join(names[:end]))
        except ModuleNotFoundError:
            continue
        for name in names[end:]:
            found = getattr(found, name)
        return cast("object", found)
    raise LookupError(path)


def _bases(path: str) -> list[str]:
    """Everything that the class is, by which users catch it and test for it."""
    names = [base.__name__ for base in cast("type", _find(path)).__mro__[1:-1]]
    return [name for name in names if not name.startswith("_")]


def _has_constructor(path: str) -> bool:
    """Whether one of our classes has an `__init__`, written or made by attrs."""
    constructor: object = inspect.getattr_static(_find(path), "__init__")
    made_in = str(getattr(constructor, "__module__", ""))
    return made_in.startswith(PACKAGES)


class _Text(str):
    """Stands in a signature as it is, where `inspect` would put quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def _signature(path: str) -> str:
    """The parameters as they are at run time: attrs writes constructors that the source does not show."""
    signature = inspect.signature(cast("Callable[..., Any]", _find(path)))
    parameters = [
        parameter.replace(annotation=_text(parameter.annotation), default=_value(parameter.default))
        for parameter in signature.parameters.values()
    ]
    return str(signature.replace(parameters=parameters, return_annotation=_text(signature.return_annotation)))


def _text(annotation: object) -> object:
    """The annotation as written. The generated client evaluates its own; its types stand in openapi.yaml."""
    return _Text(annotation) if isinstance(annotation, str) else inspect.Parameter.empty


def _value(default: object) -> object:
    try:
        ast.literal_eval(repr(default))
    except (SyntaxError, ValueError):
        return default if default is inspect.Parameter.empty else _Text("...")
    return default
