"""Which names a user may use: what modules without an underscore export, and what sessions offer as attributes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import griffe

from .errors import PublicAPIError

PACKAGES = ("clix", "clix_api_client")

# `clix.cli` is used as a command, `clix.resources` through the attributes of a session.
NOT_FOR_IMPORT = frozenset({"clix.cli", "clix.resources"})


def load(repository: Path, package: str) -> griffe.Module:
    """The package as griffe reads it from `repository`, without running it.

    Raises:
        PublicAPIError: there is no such package.
    """
    try:
        module = griffe.load(
            package,
            search_paths=[repository],
            try_relative_path=False,  # else the folder that we are called in comes first
            resolve_aliases=True,
            resolve_external=False,
        )
    except ImportError as error:
        raise PublicAPIError(f"{package} cannot be read: {error}") from None
    if not isinstance(module, griffe.Module) or module.filepath != repository / package / "__init__.py":
        raise PublicAPIError(f"{package} was not found in {repository}")
    return module


def public_modules(module: griffe.Module) -> Iterator[griffe.Module]:
    """The module, and those below it that people import."""
    yield module
    for below in module.modules.values():
        if not below.is_alias and not below.name.startswith("_") and below.path not in NOT_FOR_IMPORT:
            yield from public_modules(below)


def public_members(module: griffe.Module) -> dict[str, griffe.Object]:
    """What a module offers besides its modules, by name; what is imported there counts if `__all__` names it.

    Raises:
        PublicAPIError: `__all__` names what griffe does not find, so that nothing would be known of it.
    """
    exported = [str(name) for name in module.exports or ()]
    if missing := [name for name in exported if name not in module.members]:
        raise PublicAPIError(
            f"{module.path}.__all__ names {', '.join(missing)}, which griffe does not find there"
        )
    names = exported or [name for name, member in module.members.items() if member.is_public]
    found = {name: resolved(module.members[name], f"{module.path}.{name}") for name in names}
    return {name: member for name, member in found.items() if not member.is_module}


def resolved(member: griffe.Object | griffe.Alias, path: str) -> griffe.Object:
    """The object itself, wherever it was imported from.

    Raises:
        PublicAPIError: it leads out of the package, or nowhere.
    """
    if not isinstance(member, griffe.Alias):
        return member
    try:
        return member.final_target
    except griffe.GriffeError:
        raise PublicAPIError(f"{path} is exported, but {member.target_path} is not found") from None


def class_of(annotation: str | griffe.Expr | None, package: griffe.Module) -> griffe.Class | None:
    """The class of `package` that an annotation names, if it names one and nothing else."""
    if not isinstance(annotation, griffe.Expr):
        return None
    found = at(annotation.canonical_path, package)
    return found if isinstance(found, griffe.Class) else None


def at(path: str, package: griffe.Module) -> griffe.Object | None:
    """What stands at a dotted path, if it is one of the package."""
    root, _, rest = path.partition(".")
    if root != package.name or not rest:
        return None
    try:
        return resolved(package[rest], path)
    except (KeyError, PublicAPIError, griffe.GriffeError):
        return None
