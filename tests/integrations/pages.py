"""The files that a page of the documentation shows."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```python\n# (\w+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def write_files_of(page: str, folder: Path) -> list[str]:
    """Write each block that begins with the name of a file into that file; their names."""
    files = _BLOCK.findall((DOCS / page).read_text("utf-8"))
    for name, source in files:
        (folder / name).write_text(source, "utf-8")
    return [name for name, _ in files]
