"""What a process of its own uses: the CPU of one that imports or sends once, and the memory of a large run."""

from __future__ import annotations

import subprocess
import sys
import time

from .measure import Turn


def python(*arguments: str) -> str:
    """Run this Python in a new process; what it printed.

    Raises:
        RuntimeError: it failed, with what it said.
    """
    run = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        raise RuntimeError(f"{' '.join(arguments)[:300]} failed:\n{run.stderr}")
    return run.stdout


def timed_python(script: str) -> Turn:
    """The CPU and wall seconds of a new process from its start to its end."""
    cpu, wall = _cpu_of_children(), time.perf_counter()
    python("-c", script)
    return Turn(_cpu_of_children() - cpu, time.perf_counter() - wall)


def _cpu_of_children() -> float:
    import resource  # here, as Windows has none

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
