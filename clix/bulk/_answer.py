"""What did the server answer to a batch? Counted at once, made into `Delivery` values only for who looks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from attrs import define

from .._meta import ResponseMeta
from .._types import SUCCEEDED, Delivery, PushNotification, SendResult
from .._wire import read_deliveries, send_result

_DICT = frozenset({dict})
_TEXT = frozenset({str})
_FIELDS = itemgetter("message_id", "status", "additional_params")


@define(kw_only=True)
class Answer:
    """An accepted request. Its delivery results are known to be readable."""

    meta: ResponseMeta
    content: dict[str, Any]
    deliveries: int
    """How many there are."""
    failures: Sequence[Delivery]
    """Those that failed, not yet attributed."""

    def result(self, items: Sequence[PushNotification]) -> SendResult:
        """The answer to these items in full, attributed."""
        return send_result(self.content, self.meta, [item.to for item in items])


def read_answer(content: dict[str, Any], meta: ResponseMeta) -> Answer:
    """Count the deliveries and read those that failed.

    Raises:
        ValueError: the delivery results cannot be read.
    """
    results: Any = content.get("delivery_results")
    if _is_usual(results):
        failed = [result for result in results if result["status"] != SUCCEEDED]
        failures = read_deliveries({"delivery_results": failed})
    else:
        results = read_deliveries(content)
        failures = [delivery for delivery in results if not delivery.succeeded]
    return Answer(meta=meta, content=content, deliveries=len(results), failures=failures)


def _is_usual(results: Any) -> bool:
    """Whether every result has just the fields that are documented, so that reading it later cannot fail."""
    try:
        ids, statuses, params = zip(*map(_FIELDS, results), strict=True)
        texts = chain(ids, statuses, chain.from_iterable(map(dict.values, params)))
    except (TypeError, KeyError, ValueError):
        return False
    return (
        _DICT.issuperset(map(type, results))
        and _DICT.issuperset(map(type, params))
        and _TEXT.issuperset(map(type, texts))
    )
