"""Programs of a few lines, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]


def run_program(
    source: str, *arguments: object, environment: Mapping[str, str] | None = None, timeout: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """`python -c SOURCE ARGUMENTS` to its end, with what it printed."""
    return subprocess.run(
        [sys.executable, "-c", dedent(source), *(str(argument) for argument in arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
