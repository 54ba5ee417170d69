"""What import-linter cannot say: extras, the generated client, the HTTP engine, and what an import loads.

The order of the layers is in pyproject.toml, `[tool.importlinter]`; `make check-imports` holds it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent

MAY_USE_THE_GENERATED_CLIENT = {
    "clix._call",
    "clix.resources",
    "clix._client",
    "clix._sync.client",
    "clix._values.types",
}
MAY_USE_THE_HTTP_ENGINE = {"clix._engine", "clix.emulator", "clix.testing", "clix.integrations"}
EXTRAS = {
    "clix.emulator": "emulator",
    "clix.testing": "emulator",
    "clix.cli": "cli",
    "clix.integrations.fastapi": "fastapi",
    "clix.integrations.starlette": "starlette",
}
"""Which extra a part may import packages of."""
LOADED_BY = {"clix.testing.plugin": {"pytest"}}
"""Packages that are there because they load the module."""

IMPORT_NAMES = {"python-liquid": "liquid"}


@cache
def _graph(*, running: bool = True) -> grimp.ImportGraph:
    """All imports, or those that happen when the SDK runs."""
    return grimp.build_graph(
        "clix", "clix_api_client", include_external_packages=True, exclude_type_checking_imports=running
    )


def _top(module: str) -> str:
    return module.partition(".")[0]


def _within(module: str, parts: set[str]) -> bool:
    return any(module == part or module.startswith(f"{part}.") for part in parts)


def _importers(*packages: str, running: bool = True) -> set[str]:
    """Modules of the SDK that import one of the packages or something inside them."""
    graph = _graph(running=running)
    targets = {name for name in graph.modules if _top(name) in packages}
    found = {importer for target in targets for importer in graph.find_modules_that_directly_import(target)}
    return {name for name in found if _top(name) == "clix"}


def test_only_calls_and_resources_use_the_generated_client() -> None:
    users = _importers("clix_api_client", running=False)
    assert users
    assert {name for name in users if not _within(name, MAY_USE_THE_GENERATED_CLIENT)} == set()


def test_only_the_engine_knows_httpx() -> None:
    users = _importers("httpx", "httpcore")
    assert "clix._engine.http" in users
    assert {name for name in users if not _within(name, MAY_USE_THE_HTTP_ENGINE)} == set()


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
    extras = {extra for part, extra in EXTRAS.items() if _within(module, {part})}
    declared = _packages()
    return declared[""].union(*(declared[extra] for extra in extras), LOADED_BY.get(module, ()))


def _imported_packages(module: str) -> set[str]:
    found = {_top(target) for target in _graph().find_modules_directly_imported_by(module)}
    return found - {*sys.stdlib_module_names, "clix", "clix_api_client"}


def _modules() -> set[str]:
    return {name for name in _graph().modules if _top(name) in ("clix", "clix_api_client")}


def test_a_module_imports_only_packages_that_are_declared_for_its_part() -> None:
    undeclared = {
        (module, package)
        for module in _modules()
        for package in _imported_packages(module) - _allowed_packages(module)
    }
    assert undeclared == set()


def test_every_package_that_is_declared_as_needed_is_used() -> None:
    used = set[str]().union(*map(_imported_packages, _modules()))
    assert _packages()[""] <= used


def test_the_command_line_uses_public_names_only() -> None:
    graph = _graph(running=False)
    # The cells of a file must pass the very check that ids pass when they are sent.
    public = {
        "clix.bulk",
        "clix.cli",
        "clix.emulator",
        "clix.testing",
        "clix._version",
        "clix._values.checks",
    }
    private = {
        (module, target)
        for module in {"clix.cli", *graph.find_descendants("clix.cli")}
        for target in graph.find_modules_directly_imported_by(module)
        if _top(target) == "clix" and target != "clix" and not _within(target, public)
    }
    assert private == set()


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
    assert {name for name in loaded if _top(name) == "clix"} == {"clix", "clix._lazy", "clix._version"}
    assert loaded.isdisjoint(
        {"httpx", "httpcore", "asyncio", "ssl", "attr", "orjson", "tenacity", "clix_api_client"}
    )


def test_values_and_errors_load_no_engine() -> None:
    loaded = _loaded("from clix import ClixError, Fate, PushNotification, SendResult, Target, Timeout")
    assert loaded.isdisjoint({"httpx", "httpcore", "asyncio", "tenacity", "clix_api_client"})


def test_a_session_needs_no_extra() -> None:
    always = {"clix_sdk", "certifi", *_packages()[""]}  # httpx brings certifi itself
    extras = tuple(sorted(set.union(*_packages().values()) - always))
    loaded = _loaded("from clix import *; Clix(project_id='p', api_key='k')", without=extras)
    assert "clix._client" in loaded
    assert loaded.isdisjoint({"clix.emulator", "clix.testing", "clix.cli"})


def test_the_emulator_loads_no_session() -> None:
    loaded = _loaded("import clix.emulator")
    assert {name for name in loaded if _top(name) == "clix" and not _within(name, {"clix.emulator"})} == {
        "clix",
        "clix._lazy",
        "clix._version",
    }
