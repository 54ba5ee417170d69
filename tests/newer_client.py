"""A client generated from a copy of openapi.yaml that has more operations."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tools.generate_client import REPOSITORY, generate


@contextmanager
def newer_client(folder: Path, name: str, paths: Mapping[str, Any]) -> Generator[None]:
    """While entered, the package of that name can be imported."""
    document = yaml.safe_load((REPOSITORY / "openapi.yaml").read_text("utf-8"))
    document["paths"] |= paths
    copy = folder / "openapi.yaml"
    copy.write_text(yaml.safe_dump(document), "utf-8")
    generate(copy, REPOSITORY / "generator-config.yaml", folder / name)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for module in [module for module in sys.modules if module.partition(".")[0] == name]:
            del sys.modules[module]
