"""The public API as the text of stubs, one per module, and where each name of it stands in the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import griffe

from .signatures import init_of, signature_of
from .surface import PACKAGES, at, class_of, load, public_members, public_modules

_UNCALLED = frozenset({"__attrs_post_init__", "__repr__", "__reduce__", "__slots__", "__init_subclass__"})
_INDENT = "    "


@dataclass
class Stubs:
    """What users can reach."""

    texts: dict[str, str] = field(default_factory=dict)
    """The stub of each public module, by the module's name."""
    places: dict[str, str] = field(default_factory=dict)
    """`file:line` of each public name, by its dotted path."""


def read_stubs(repository: Path) -> Stubs:
    """The public API of both packages of `repository`.

    Raises:
        PublicAPIError: an exported name leads nowhere.
    """
    stubs = Stubs()
    for name in PACKAGES:
        _Writer(load(repository, name), repository, stubs).write()
    return stubs


class _Writer:
    """Writes the stubs of one package."""

    def __init__(self, package: griffe.Module, repository: Path, stubs: Stubs) -> None:
        self._package = package
        self._repository = repository
        self._stubs = stubs
        self._modules = list(public_modules(package))
        self._members = {module.path: public_members(module) for module in self._modules}
        self._exported = {member.path for members in self._members.values() for member in members.values()}
        self._within: set[str] = set()
        """The classes that are being written, one in another."""

    def write(self) -> None:
        for module in self._modules:
            self._note(module.path, module)
            members = sorted(self._members[module.path].items())
            lines = [f"__all__ = {[name for name, _ in members]!r}"]
            for name, member in members:
                lines += self._member(name, member, f"{module.path}.{name}", module)
            self._stubs.texts[module.path] = "\n".join(lines) + "\n"

    def _member(self, name: str, member: griffe.Object, path: str, module: griffe.Module) -> Iterator[str]:
        home = member.path.rpartition(".")[0]
        if home != module.path and member.name in self._members.get(home, ()):
            self._note(path, member)
            yield f"from {home} import {member.name} as {name}"
        else:
            yield from self._lines(name, member, path)

    def _lines(self, name: str, member: griffe.Object, path: str) -> Iterator[str]:
        self._note(path, member)
        if isinstance(member, griffe.Class):
            yield from self._class(name, member, path)
        elif isinstance(member, griffe.Function):
            yield from (f"@{label}" for label in ("classmethod", "staticmethod") if label in member.labels)
            awaited = "async " if "async" in member.labels else ""
            yield f"{awaited}def {name}{signature_of(member)}: ..."
        elif isinstance(member, griffe.Attribute):
            yield from self._attribute(name, member, path)
        else:
            yield f"{name} = ..."

    def _attribute(self, name: str, member: griffe.Attribute, path: str) -> Iterator[str]:
        """One line; or, where it is the only way to a class, that class with what it offers."""
        offered = class_of(member.annotation, self._package)
        if offered is not None and offered.path not in self._exported | self._within:
            self._note(path, offered)
            self._within.add(offered.path)
            yield from self._class(name, offered, path, constructed=False)
            self._within.remove(offered.path)
        elif member.annotation is not None:
            yield f"{name}: {member.annotation}"
        else:
            yield f"{name} = ..."

    def _class(self, name: str, cls: griffe.Class, path: str, *, constructed: bool = True) -> Iterator[str]:
        ancestry = list(self._ancestry(cls))
        bases = [base for base in self._bases(cls) if not base.startswith("_")] if constructed else []
        yield f"class {name}({', '.join(dict.fromkeys(bases))}):" if bases else f"class {name}:"
        members = {key: member for owner in (*ancestry, cls) for key, member in owner.members.items()}
        init = members.pop("__init__", None)
        if constructed and (text := self._init(cls, ancestry, init)) is not None:
            self._note(f"{path}.__init__", init or cls)
            yield f"{_INDENT}def __init__{text}: ..."
        for key, member in sorted(members.items()):
            if _is_used(key) and isinstance(member, griffe.Object):
                yield from (_INDENT + line for line in self._lines(key, member, f"{path}.{key}"))
        yield f"{_INDENT}..."

    def _init(
        self, cls: griffe.Class, ancestry: list[griffe.Class], written: griffe.Object | griffe.Alias | None
    ) -> str | None:
        """How users make one, or None where they do not: it needs what they cannot have."""
        if not isinstance(written, griffe.Function):
            return init_of(cls, ancestry)
        needed = (parameter.annotation for parameter in written.parameters if parameter.required)
        return None if any(map(self._is_internal, needed)) else signature_of(written)

    def _is_internal(self, annotation: str | griffe.Expr | None) -> bool:
        """Whether it names a class of the package that is exported nowhere."""
        if not isinstance(annotation, griffe.Expr):
            return False
        names = (part for part in annotation.iterate(flat=True) if isinstance(part, griffe.ExprName))
        return any(found and found.path not in self._exported for found in map(self._class_of, names))

    def _class_of(self, annotation: griffe.Expr) -> griffe.Class | None:
        return class_of(annotation, self._package)

    def _ancestry(self, cls: griffe.Class) -> Iterator[griffe.Class]:
        """The bases within the package, the farthest first."""
        for base in reversed(cls.bases):
            if (found := at(_path_of(base), self._package)) is not None and isinstance(found, griffe.Class):
                yield from self._ancestry(found)
                yield found

    def _bases(self, cls: griffe.Class) -> Iterator[str]:
        """The names of everything that the class is, its bases' bases within the package included."""
        for base in cls.bases:
            path = _path_of(base)
            yield path.rpartition(".")[2]
            if isinstance(found := at(path, self._package), griffe.Class):
                yield from self._bases(found)

    def _note(self, path: str, member: griffe.Object | griffe.Alias) -> None:
        file = member.filepath
        if isinstance(file, Path):
            self._stubs.places[path] = f"{file.relative_to(self._repository).as_posix()}:{member.lineno or 1}"


def _is_used(name: str) -> bool:
    special = name.startswith("__") and name.endswith("__")
    return name not in _UNCALLED and (special or not name.startswith("_"))


def _path_of(base: str | griffe.Expr) -> str:
    return base if isinstance(base, str) else base.canonical_path
