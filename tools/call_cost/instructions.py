"""Count the machine instructions of calls with callgrind, which sees C too; start-up is left out of the count.

Run as a program it is what callgrind looks at: python -m tools.call_cost.instructions SWITCH
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import calls

WARM_UP = 20
COUNTED = 20
SIDES = {"ours": calls.ours, "raw httpx": calls.raw_httpx}
SWITCH = Path(__file__).with_name("switch.c")
HEADER = Path("/usr/include/valgrind/callgrind.h")


class NoCallgrindError(Exception):
    """It cannot be counted here; the text says what is missing."""


def instructions() -> dict[str, float]:
    """Machine instructions per call of both sides.

    Raises:
        NoCallgrindError: valgrind or a C compiler is not there.
    """
    for program in ("valgrind", "cc"):
        if shutil.which(program) is None:
            raise NoCallgrindError(f"{program} is not installed")
    if not HEADER.exists():
        raise NoCallgrindError("valgrind's headers are not installed")
    with tempfile.TemporaryDirectory() as folder:
        switch = Path(folder) / "switch.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", switch, SWITCH], check=True)
        output = Path(folder) / "count"
        _run_in_callgrind(switch, output)
        return {name: count / COUNTED for name, count in _counts(output).items()}


def _run_in_callgrind(switch: Path, output: Path) -> None:
    command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={output}"]
    run = subprocess.run(
        [*command, sys.executable, "-m", "tools.call_cost.instructions", str(switch)],
        env={**os.environ, "PYTHONHASHSEED": "0"},  # else dicts and sets of strings differ from run to run
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"callgrind failed:\n{run.stderr[-2000:]}")


def _counts(output: Path) -> dict[str, int]:
    """The instructions in the files that callgrind wrote, one for each name given to `write_count`."""
    counts: dict[str, int] = {}
    for file in output.parent.glob(f"{output.name}.*"):
        lines = dict(line.split(": ", 1) for line in file.read_text().splitlines() if ": " in line)
        name = lines["desc"] if lines.get("desc", "").startswith("Trigger") else ""
        counts[name.removeprefix("Trigger: Client Request: ")] = int(lines["totals"])
    return {name: counts[name] for name in SIDES}


async def _calls_to_count(switch: ctypes.CDLL) -> None:
    async def make(times: int, call: calls.Call) -> None:
        for _ in range(times):
            await call()

    async with calls.ours() as ours, calls.raw_httpx() as raw:
        sides = {"ours": ours, "raw httpx": raw}
        for call in sides.values():
            await make(WARM_UP, call)
        switch.start_counting()
        for name, call in sides.items():
            await make(1, call)
            switch.write_count(b"before")
            await make(COUNTED, call)
            switch.write_count(name.encode())
        switch.stop_counting()


if __name__ == "__main__":
    asyncio.run(_calls_to_count(ctypes.CDLL(sys.argv[1])))
