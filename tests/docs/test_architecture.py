"""docs/architecture.md shows the layers that import-linter holds."""

from __future__ import annotations

import re
import tomllib

from tests.docs.blocks import ROOT


def test_the_page_lists_the_layers_of_import_linter() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    shown = re.search(r"^## Layers\n.*?^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = (contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers")
    assert shown
    assert shown[1].splitlines() == layers


def test_the_page_names_every_folder_and_every_module_that_it_names_exists() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    named = set(re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE))
    folders = {path.parent.name for path in (ROOT / "clix").glob("*/__init__.py")}
    assert named == folders
    modules = re.findall(r"`(?!tests/)(\w+/\w+\.py)`", page)
    assert modules
    assert [module for module in modules if not (ROOT / "clix" / module).exists()] == []
