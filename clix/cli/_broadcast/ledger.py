"""The ledger of a broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._terminal.exit import CommandError, ExitCode
from .plan import Plan

if TYPE_CHECKING:
    from ... import SQLiteLedger


def open_ledger(plan: Plan) -> SQLiteLedger | None:
    """The ledger of the plan, not yet claimed."""
    from ... import SQLiteLedger

    return None if plan.ledger is None else SQLiteLedger(plan.ledger, name=plan.name)


async def has_begun(plan: Plan) -> bool:
    """Whether the ledger knows the planned run.

    Raises:
        CommandError: the ledger is in use, or is none.
    """
    from ... import LedgerError

    ledger = open_ledger(plan)
    if ledger is None or not ledger.path.exists():
        return False
    try:
        await ledger.open()
        try:
            return await ledger.read(1) is not None
        finally:
            await ledger.close()
    except LedgerError as problem:
        raise CommandError(str(problem), ExitCode.ERROR) from None
