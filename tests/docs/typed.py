"""Writes the Python of the documentation as modules that a type checker can read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from importlib import import_module
from inspect import get_annotations
from operator import or_
from pathlib import Path
from textwrap import indent

from tests.docs import docstring_names, names
from tests.docs.blocks import ROOT, Block
from tools.docs_site.docstring_examples import examples

HEAD = (
    "# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False, disallow-untyped-calls=False\n"
    "# mypy: disallow-untyped-decorators=False, disallow-subclassing-any=False, disable-error-code=import-untyped\n"
)
"""What pages leave out to be short, and frameworks without types leave open; all else is as strict as in the SDK."""
PUBLIC = ("clix", "clix.bulk", "clix.testing", "clix.emulator", "clix.webhooks", "clix.integrations.fastapi")
ON_HAND = {
    "Starlette": "from starlette.applications import Starlette",
    **{name: f"import {name}" for name in ("asyncio", "os", "pytest", "re")},
}
"""What an example of a docstring takes as imported."""


def write_page(blocks: Iterable[Block], package: Path) -> None:
    """Write the blocks of a page: each a module, or a part of the file that it names."""
    package.mkdir()
    (package / "__init__.py").touch()
    said = Said(given=homes_of("tests.docs.names", names.__all__))
    for block in blocks:
        module = (block.file_name or f"line_{block.line}.py").removesuffix(".py")
        text = _relative(block.text, package)
        file = package / f"{module}.py"
        before = file.read_text("utf-8") if file.exists() else HEAD + said.imports_for(text)
        file.write_text(f"{before}\n{_wrapped(text)}", "utf-8")
        said.add(module, text)


def write_examples(blocks: Iterable[Block], package: Path) -> None:
    """Write the examples of docstrings, each a module that has every public name."""
    package.mkdir()
    (package / "__init__.py").touch()
    public = [homes_of(module, import_module(module).__all__) for module in PUBLIC]
    own = list(get_annotations(docstring_names))
    given = [homes_of("tests.docs.names", names.__all__), homes_of("tests.docs.docstring_names", own)]
    said = Said(given=reduce(or_, [*reversed(public), *given]), imports=ON_HAND)
    for number, block in enumerate(blocks):
        text = f"{HEAD}{said.imports_for(block.text)}\n{_wrapped(block.text)}"
        (package / f"example_{number}.py").write_text(f"# {block}\n{text}", "utf-8")


def homes_of(module: str, names: Iterable[str]) -> dict[str, str]:
    """Each name with the module that has it."""
    return dict.fromkeys(names, module)


def docstring_blocks() -> Iterator[Block]:
    """The examples in the docstrings of the SDK."""
    for file in sorted((ROOT / "clix").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                line = getattr(node, "lineno", 1)
                for number, text in enumerate(examples(ast.get_docstring(node) or "")):
                    yield Block(file.relative_to(ROOT).as_posix(), line + number, "python", f"{text}\n")


class Said:
    """What the blocks of a page have imported and defined so far."""

    def __init__(self, *, given: Mapping[str, str], imports: Mapping[str, str] | None = None) -> None:
        self._given = given
        self._homes: dict[str, str] = {}
        self._imports: dict[str, str] = dict(imports or {})

    def add(self, module: str, text: str) -> None:
        """Note what a block says."""
        tree = ast.parse(text)
        self._imports |= _imports(tree)
        if not _awaits(text):
            self._homes |= dict.fromkeys(_defined(tree), f".{module}")

    def imports_for(self, text: str) -> str:
        """The imports that the block leaves to those before it."""
        tree = ast.parse(text)
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        own = (
            {node.id for node in named if isinstance(node.ctx, ast.Store)}
            | _defined(tree)
            | set(_imports(tree))
        )
        used = sorted({node.id for node in named} - own)
        lines = [self._imports.get(name) or self._from_home(name) for name in used]
        return "".join(f"{line}\n" for line in dict.fromkeys(lines) if line)

    def _from_home(self, name: str) -> str:
        home = self._given.get(name) or self._homes.get(name)
        return f"from {home} import {name}" if home is not None else ""


def _imports(tree: ast.Module) -> dict[str, str]:
    """The names that it imports, each with its import."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {alias.asname or alias.name: ast.unparse(node) for node in nodes for alias in node.names}


def _defined(tree: ast.Module) -> set[str]:
    """Names that the module has when it has run."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def _awaits(text: str) -> bool:
    """Whether it is a part of a coroutine."""
    try:
        compile(text, "block", "exec")
    except SyntaxError:
        return True
    return False


def _wrapped(text: str) -> str:
    return f"async def block() -> None:\n{indent(text, '    ')}" if _awaits(text) else text


def _relative(text: str, package: Path) -> str:
    """Files of the page import each other from their folder."""
    modules = "|".join(file.stem for file in package.glob("*.py") if file.stem != "__init__")
    return (
        re.sub(rf"^from ({modules}) import", r"from .\1 import", text, flags=re.MULTILINE)
        if modules
        else text
    )
