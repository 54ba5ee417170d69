"""`send_many` of this version beside that of another one, whose files are in another folder.

Usage: git worktree add ../before v0.1.0
       .venv-bench/bin/python -m benchmarks.before ../before

Not a part of `make bench`, which must run where there is no history. What it found is written in docs/performance.md.
The versions take turns, each time in a new process: what counts is the median of the ratios round by round.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from .server import loopback_server

ROWS = 200_000
ROUNDS = 7


def per_cpu_second(folder: Path, url: str) -> float:
    """Notifications that the version in a folder sends in a second of its process's time."""
    command = [sys.executable, "-m", "benchmarks.memory", url, str(ROWS)]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return float(run.stdout.split()[1])


def main(before: Path) -> None:
    """Print each round, and the median of the ratios."""
    ratios = []
    with loopback_server() as server:
        for _ in range(ROUNDS):
            theirs, ours = (per_cpu_second(folder, server.url) for folder in (before.resolve(), Path.cwd()))
            ratios.append(ours / theirs)
            print(f"{theirs:10,.0f} {ours:10,.0f}   {ratios[-1]:.2f}", flush=True)
    print(f"{statistics.median(ratios):.2f} times as many")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
