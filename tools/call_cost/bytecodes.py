"""Count the bytecode instructions of a call: exact, the same on every machine with the same Python, and blind to C."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

from .calls import Call

WARM_UP = 20
COUNTED = 20
TRIES = 3


class NothingCountedError(Exception):
    """The interpreter reported no instruction of calls that were made."""


async def bytecodes(call: Call) -> Counter[CodeType]:
    """How many instructions each function of Python runs in `COUNTED` calls, after some that warm up.

    Raises:
        NothingCountedError: none, however often it is tried.
    """
    for _ in range(WARM_UP):
        await call()
    # Python 3.12.1 reports no instruction in the first block of a process that asks for them, and all in the next.
    for _ in range(TRIES):
        with _counting() as counted:
            for _ in range(COUNTED):
                await call()
        if counted:
            return counted
    raise NothingCountedError(
        f"Python {sys.version.split()[0]} reported no bytecode instruction in {TRIES} tries."
    )


@contextmanager
def _counting() -> Generator[Counter[CodeType], None, None]:
    """Count in every frame that is entered or resumed in the block."""
    counted: Counter[CodeType] = Counter()

    def in_frame(frame: FrameType, event: str, _: Any) -> Any:
        if event == "opcode":
            counted[frame.f_code] += 1
        return in_frame

    def enter(frame: FrameType, event: str, _: Any) -> Any:  # noqa: ARG001 - as the interpreter calls it
        frame.f_trace_opcodes = True
        return in_frame

    before = sys.gettrace()
    gc.collect()
    gc.disable()  # else finalizers and callbacks that others registered would be counted
    sys.settrace(enter)
    try:
        yield counted
    finally:
        sys.settrace(before)
        gc.enable()
