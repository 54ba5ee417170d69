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


async def bytecodes(call: Call) -> Counter[CodeType]:
    """How many instructions each function of Python runs in `COUNTED` calls, after some that warm up."""
    for _ in range(WARM_UP):
        await call()
    with _counting() as counted:
        for _ in range(COUNTED):
            await call()
    return counted


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
