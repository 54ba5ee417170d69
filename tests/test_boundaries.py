"""Imports point one way. What each part may import is written here; a new module has to be given its place."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

# From the bottom to the top. A module imports from its own layer and from those below it.
LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "values",
        (
            "clix._version",
            "clix._log",
            "clix._fate",
            "clix._meta",
            "clix._errors",
            "clix._json",
            "clix._checks",
            "clix._secret",
            "clix._operations",
            "clix._types",
            "clix._options",
        ),
    ),
    (
        "decisions",
        (
            "clix._clock",
            "clix._outcome",
            "clix._retry",
            "clix._rate_limit",
            "clix._governor",
            "clix._bisect",
            "clix._sqlite_writer",
        ),
    ),
    ("wire", ("clix._wire", "clix._transport", "clix._session")),
    ("calls", ("clix._ending", "clix._call", "clix._coalesce")),
    ("bulk", ("clix.bulk",)),
    ("resources", ("clix.resources",)),
    ("session", ("clix._client",)),
    ("public names", ("clix",)),
    (
        "on top",
        (
            "clix._portal",
            "clix._sync",
            "clix._sync_bulk",
            "clix.webhooks",
            "clix.integrations",
            "clix.testing",
            "clix.cli",
            "clix.__main__",
        ),
    ),
)
ASIDE = ("clix.emulator",)
"""Stands beside the SDK and knows nothing of it."""

FACADE = [name for _, names in LAYERS[:-1] for name in names]
MAY_USE_THE_GENERATED_CLIENT = ("clix._call", "clix.resources", "clix._client", "clix._types")
MAY_USE_THE_HTTP_ENGINE = ("clix._transport", "clix.emulator", "clix.testing", "clix.integrations")
EXTRAS = {
    "clix.emulator": "emulator",
    "clix.testing": "emulator",
    "clix.cli": "cli",
    "clix.integrations.fastapi": "fastapi",
    "clix.integrations.starlette": "starlette",
}
"""Which extra a part may import packages of."""
LOADED_BY = {"clix.testing.plugin": {"pytest"}}
"""Who loads a module is there already."""

IMPORT_NAMES = {"python-liquid": "liquid"}


class Import(NamedTuple):
    """One imported module as a source file names it."""

    source: str
    target: str
    for_types_only: bool
    deferred: bool

    def __str__(self) -> str:
        return f"{self.source} imports {self.target}"


@cache
def modules() -> dict[str, Path]:
    """Every module of both packages, by name."""
    found: dict[str, Path] = {}
    for package in ("clix", "clix_api_client"):
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports() -> tuple[Import, ...]:
    return tuple(found for name, path in modules().items() for found in _imports_of(name, path))


def _imports_of(module: str, path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text("utf-8"))
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node, for_types_only, deferred in _statements(tree):
        for target in _targets(node, package):
            yield Import(module, target, for_types_only, deferred)


def _statements(
    node: ast.AST, *, for_types_only: bool = False, deferred: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, for_types_only, deferred
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _statements(child, for_types_only=True, deferred=deferred)
        else:
            inside = deferred or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _statements(child, for_types_only=for_types_only, deferred=inside)


def _targets(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    """The modules that a statement names; `from a import b` names a.b where that is a module, and else a."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    base = ".".join([*parents, *([node.module] if node.module else [])])
    for alias in node.names:
        name = f"{base}.{alias.name}"
        yield name if name in modules() else base


def _within(module: str, parts: tuple[str, ...] | list[str]) -> bool:
    """Whether the module is one of these, or inside a package of them; `clix` is only itself."""
    return any(module == part or (part != "clix" and module.startswith(f"{part}.")) for part in parts)


def _layer(module: str) -> int:
    for number, (_, parts) in enumerate(LAYERS):
        if _within(module, parts):
            return number
    raise LookupError(module)


def _running(*, of: list[str] | None = None) -> Iterator[Import]:
    """Imports that happen when the SDK runs."""
    for found in imports():
        if not found.for_types_only and (of is None or _within(found.source, of)):
            yield found


def _top(module: str) -> str:
    return module.partition(".")[0]


def test_every_module_has_a_place() -> None:
    known = [*(name for _, names in LAYERS for name in names), *ASIDE]
    homeless = {name for name in modules() if _top(name) == "clix" and not _within(name, known)}
    assert homeless == set(), "give the new module a layer above"


def test_imports_point_down() -> None:
    upward = [
        str(found)
        for found in _running()
        if _top(found.source) == _top(found.target) == "clix"
        and not _within(found.source, ASIDE)
        and not _within(found.target, ASIDE)
        and _layer(found.target) > _layer(found.source)
    ]
    assert upward == []


def test_only_what_is_made_of_the_emulator_imports_it() -> None:
    users = {
        found.source
        for found in _running()
        if _within(found.target, ASIDE) and not _within(found.source, ASIDE)
    }
    assert {name for name in users if not _within(name, ("clix.testing", "clix.cli"))} == set()


def test_the_emulator_knows_nothing_of_the_sdk_but_its_version() -> None:
    known = {
        found.target
        for found in imports()
        if _within(found.source, ASIDE) and _top(found.target).startswith("clix")
    }
    assert {name for name in known if not _within(name, ASIDE)} <= {"clix._version"}


def test_no_module_imports_itself_by_a_detour() -> None:
    graph: dict[str, set[str]] = {}
    for found in _running():
        if not found.deferred and found.target != found.source and _top(found.source) == "clix":
            graph.setdefault(found.source, set()).add(found.target)
    assert _cycle(graph) == []


def _cycle(graph: dict[str, set[str]]) -> list[str]:
    """Some modules that import each other in a circle; none when there is no such circle."""
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module in done:
            return []
        circles = (walk(target, [*way, module]) for target in graph.get(module, ()))
        circle: list[str] = next(filter(None, circles), [])
        done.add(module)
        return circle

    return next(filter(None, (walk(module, []) for module in graph)), [])


def test_a_circle_would_be_found() -> None:
    assert _cycle({"a": {"b"}, "b": {"c", "d"}, "d": {"b"}}) == ["b", "d", "b"]


def test_the_generated_client_knows_nothing_of_ours() -> None:
    assert [
        str(i) for i in imports() if _top(i.source) == "clix_api_client" and _top(i.target) == "clix"
    ] == []


def test_only_calls_and_resources_use_the_generated_client() -> None:
    users = {found.source for found in imports() if _top(found.target) == "clix_api_client"}
    ours = {name for name in users if _top(name) == "clix"}
    assert {name for name in ours if not _within(name, MAY_USE_THE_GENERATED_CLIENT)} == set()


def test_one_module_of_the_sdk_knows_the_http_engine() -> None:
    users = {
        found.source
        for found in _running()
        if _top(found.target) in {"httpx", "httpcore"} and _top(found.source) == "clix"
    }
    assert {name for name in users if not _within(name, MAY_USE_THE_HTTP_ENGINE)} == set()
    assert {name for name in users if _within(name, FACADE)} == {"clix._transport"}


def test_names_for_types_alone_come_from_where_run_time_may_not_go() -> None:
    for_types = {(i.source, i.target) for i in imports() if i.for_types_only and _within(i.source, FACADE)}
    lazy = {(source, target) for source, target in for_types if source != "clix"}
    assert lazy == {
        ("clix._call", "tenacity"),  # loaded by the first attempt that fails
        ("clix._client", "httpx"),
        ("clix._errors", "clix._types"),
        ("clix._errors", "clix.bulk"),
        ("clix.resources.messages", "clix.bulk"),  # loaded by the first bulk run
    }


@cache
def _packages() -> dict[str, set[str]]:
    """The import names of the packages that pyproject.toml declares, under "" for those always needed, or by extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {extra: {_import_name(requirement) for requirement in group} for extra, group in groups.items()}


def _import_name(requirement: str) -> str:
    name = re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0]
    return IMPORT_NAMES.get(name, name.replace("-", "_"))


def _allowed_packages(module: str) -> set[str]:
    extras = {extra for part, extra in EXTRAS.items() if _within(module, (part,))}
    declared = _packages()
    return declared[""].union(*(declared[extra] for extra in extras), LOADED_BY.get(module, ()))


def test_a_module_imports_only_packages_that_are_declared_for_its_part() -> None:
    undeclared = [
        str(found)
        for found in _running()
        if _top(found.target) not in {*sys.stdlib_module_names, "clix", "clix_api_client"}
        and _top(found.target) not in _allowed_packages(found.source)
    ]
    assert undeclared == []


def test_every_package_that_is_declared_as_needed_is_used() -> None:
    used = {_top(found.target) for found in _running()}
    # httpcore finds sniffio by itself and is a quarter slower without it; httpcore is declared for its bound.
    assert _packages()[""] - {"sniffio", "httpcore"} <= used


def test_the_command_line_uses_public_names_only() -> None:
    private = [
        str(found)
        for found in imports()
        if _within(found.source, ("clix.cli",))
        and _top(found.target) == "clix"
        and not _within(found.target, ("clix", "clix.cli", "clix.emulator", "clix.testing", "clix._version"))
    ]
    assert private == []


# What is loaded, and when


def _loaded(statement: str, *, without: tuple[str, ...] = ()) -> set[str]:
    """The modules that are loaded after a statement in a new Python, where some packages cannot be imported."""
    script = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({without!r}))\n"
        f"{statement}\n"
        "print('\\n'.join(name for name, module in sys.modules.items() if module is not None))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    return set(run.stdout.split())


def test_importing_the_package_loads_neither_a_session_nor_an_engine() -> None:
    loaded = _loaded("import clix")
    assert {name for name in loaded if _top(name) == "clix"} == {"clix", "clix._version"}
    assert loaded.isdisjoint(
        {"httpx", "httpcore", "asyncio", "ssl", "attr", "orjson", "tenacity", "clix_api_client"}
    )


def test_values_and_errors_load_no_engine() -> None:
    loaded = _loaded("from clix import ClixError, Fate, PushNotification, SendResult, Target, Timeout")
    assert loaded.isdisjoint({"httpx", "httpcore", "asyncio", "tenacity", "clix_api_client"})


def test_a_session_needs_no_extra() -> None:
    extras = tuple(sorted(set.union(*_packages().values()) - _packages()[""] - {"clix_sdk"}))
    loaded = _loaded("from clix import *; Clix(project_id='p', api_key='k')", without=extras)
    assert "clix._client" in loaded
    assert loaded.isdisjoint({"clix.emulator", "clix.testing", "clix.cli"})


def test_the_emulator_loads_no_session() -> None:
    loaded = _loaded("import clix.emulator")
    assert {name for name in loaded if _within(name, FACADE)} == {"clix", "clix._version"}
