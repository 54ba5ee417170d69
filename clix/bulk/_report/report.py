"""What came of a bulk run: a value to look at, to send the rest from, and to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ..._values.errors import ClixError, InvalidRequestError, public
from ..._values.fate import Fate
from ..._values.types import PushNotification
from .._ledger.protocol import FailedDelivery, RowEntry
from .._ledger.retry_buffer import RetryBuffer, Unsettled
from .._outcome import RowOutcome
from .._rows import decode_row
from .figures import RunFigures

Fix = Callable[[RowOutcome], PushNotification | None]


@frozen(kw_only=True)
class BulkReport(RunFigures):
    """The account of a bulk run: `total` is the sum of the four fates.

    A row that is `accepted` may still have failed deliveries, or none: those are counted on their own. With a ledger
    the counts are those of all processes that worked on the run; times and requests are this process's.
    """

    _unsettled: Unsettled = field(repr=False, alias="unsettled")

    def resendable(
        self, *, in_doubt: bool = False, fix: Fix | None = None, partial: bool = False
    ) -> Iterator[PushNotification]:
        """What is worth sending again, one by one.

        That is each row of which nothing was sent, and each failed delivery that is certain to be a row's, addressed
        to its device only. Failed deliveries that cannot be told apart are not among them.

        Args:
            in_doubt: also the rows that may have been sent already; people may get them twice.
            fix: asked for every rejected row; what it returns is yielded, None leaves the row out.
            partial: without a ledger at most 10,000 rows and failures are kept; True takes what there is.

        Raises:
            InvalidRequestError: not everything was kept, and `partial` is not set.

        Example:
            again = await clix.messages.send_many(report.resendable())
        """
        if isinstance(self._unsettled, RetryBuffer) and self._unsettled.dropped and not partial:
            raise InvalidRequestError(
                f"{self._unsettled.dropped:,} rows and failures more than the 10,000 kept without a ledger are worth "
                "a look; use a ledger, or take what was kept with partial=True."
            )
        return self._again(in_doubt=in_doubt, fix=fix)

    def to_html(self, path: str | PathLike[str]) -> None:
        """Write the report as one page of HTML that needs neither network nor other files.

        Example:
            report.to_html("spring-sale.html")
        """
        from .html import render

        Path(path).write_text(render(self), encoding="utf-8")

    def _again(self, *, in_doubt: bool, fix: Fix | None) -> Iterator[PushNotification]:
        wanted = {Fate.NOT_SENT, Fate.IN_DOUBT} if in_doubt else {Fate.NOT_SENT}
        for entry in self._unsettled.unsettled():
            if isinstance(entry, FailedDelivery) or entry.fate in wanted:
                if entry.notification is not None:
                    yield decode_row(entry.notification)
            elif entry.fate is Fate.REJECTED and fix is not None:
                fixed = fix(_item(entry))
                if fixed is not None:
                    yield fixed

    def __str__(self) -> str:
        return (
            f"{self.summary}; {self.delivered:,} deliveries succeeded, {self.failed_deliveries:,} failed; "
            f"{self.requests:,} requests in {self.elapsed:,.1f} s"
        )


@public
class BulkError(ClixError):
    """Something ended a bulk run before its end: its source, its ledger, its callback, or the service.

    `fate` is that of the run as a whole: accepted when anything was, else in doubt when anything is.
    """

    def __init__(self, message: str, *, report: BulkReport, **context: Any) -> None:
        fates = (Fate.ACCEPTED, Fate.IN_DOUBT)
        fate = next((fate for fate in fates if report.fates[fate]), Fate.NOT_SENT)
        context = {"fate": fate, "operation": "messages.send_many", **context}
        super().__init__(message, **context)
        self.report: BulkReport = report
        """What became of each row that was read."""


def _item(entry: RowEntry) -> RowOutcome:
    notification = None if entry.notification is None else decode_row(entry.notification)
    return RowOutcome(
        row=entry.row, fate=Fate.REJECTED, notification=notification, reason=entry.reason or None
    )
