"""What did the server answer to a batch? Counted at once, made into `Delivery` values only for who looks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from attrs import define

from .._engine.wire import read_deliveries, send_result
from .._values.meta import ResponseMeta
from .._values.types import SUCCEEDED, Delivery, PushNotification, SendResult

_DICT = frozenset({dict})
_TEXT = frozenset({str})


@define(kw_only=True)
class BatchAnswer:
    """An accepted request. Its delivery results are known to be readable."""

    meta: ResponseMeta
    content: dict[str, Any]
    deliveries: int
    """How many there are."""
    failures: Sequence[Delivery]
    """Those that failed, not yet attributed."""

    def result(self, notifications: Sequence[PushNotification]) -> SendResult:
        """The answer to these notifications in full, attributed."""
        return send_result(self.content, self.meta, [notification.to for notification in notifications])


def read_answer(content: dict[str, Any], meta: ResponseMeta) -> BatchAnswer:
    """Count the deliveries and read those that failed.

    Raises:
        ValueError: the delivery results cannot be read.
    """
    results: Any = content.get("delivery_results")
    statuses = _usual_statuses(results)
    if statuses is None:
        results = read_deliveries(content)
        failures = [delivery for delivery in results if not delivery.succeeded]
    elif statuses.count(SUCCEEDED) == len(statuses):
        failures = []
    else:
        failed = [result for result in results if result["status"] != SUCCEEDED]
        failures = read_deliveries({"delivery_results": failed})
    return BatchAnswer(meta=meta, content=content, deliveries=len(results), failures=failures)


def _usual_statuses(results: Any) -> list[str] | None:
    """The statuses, when all results have the documented fields as texts: then reading them later cannot fail."""
    if type(results) is not list:
        return None
    try:
        statuses = [result["status"] for result in results]
        params = [result["additional_params"] for result in results]
        ids = [result["message_id"] for result in results]
        texts = chain(ids, statuses, chain.from_iterable(map(dict.values, params)))
        usual = _TEXT.issuperset(map(type, texts)) and _DICT.issuperset(map(type, results))
    except (TypeError, KeyError):
        return None
    return statuses if usual else None
