"""Push messages. A repeat of a send is delivered twice: the errors tell what is known of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from clix_api_client import models
from clix_api_client.api.messages import send_push_notifications
from clix_api_client.types import UNSET, Response

from .._call.call import Caller
from .._call.coalesce import SendQueue
from .._engine.http import Answer
from .._engine.wire import attribute, check_text_field, encode_notifications, send_result, target_fields
from .._values.errors import InvalidRequestError
from .._values.json import JSONObject
from .._values.meta import ResponseMeta
from .._values.operations import MESSAGES_SEND, MESSAGES_SEND_BATCH
from .._values.types import LARGEST_BATCH, Delivery, PushNotification, SendResult, Target
from ._common import answer_of, items_of, merge_into_items

if TYPE_CHECKING:
    from ..bulk import BatchOutcome, BulkReport, BulkStream, Ledger, Source


class Messages:
    """Push messages. A repeat of a send is delivered twice: the errors tell what is known of it."""

    def __init__(self, caller: Caller, queue: SendQueue | None = None) -> None:
        self._caller = caller
        self._queue = queue

    async def send(
        self,
        to: str | Target,
        *,
        title: str | None = None,
        body: str | None = None,
        image_url: str | None = None,
        landing_url: str | None = None,
        extra: JSONObject | None = None,
    ) -> SendResult:
        """Send one push to one target.

        Args:
            to: your own user id, or a `Target`.
            title: the headline.
            body: the text below it.
            image_url: an https:// address of a picture.
            landing_url: what a tap opens: a web address or a deep link of the app.
            extra: request fields that this version does not know, merged into the notification.

        Returns:
            One delivery for each device of the target; `raise_for_failures()` insists that all went out.

        Raises:
            InvalidRequestError: refused here, nothing was sent.
            InDoubtError: it may have been sent; do not repeat it blindly.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            sent = await clix.messages.send("user_123", title="Your order shipped", body="Tap to track it.")
        """
        if self._queue is not None:
            return await self._queue.send(
                PushNotification(
                    to,
                    title=title,
                    body=body,
                    image_url=image_url,
                    landing_url=landing_url,
                    extra=extra,
                )
            )
        notification = models.PushNotification(
            target=models.Target(**target_fields(to)),
            title=UNSET if title is None else check_text_field(title, "title"),
            body=UNSET if body is None else check_text_field(body, "body"),
            image_url=UNSET if image_url is None else check_text_field(image_url, "image_url"),
            landing_url=UNSET if landing_url is None else check_text_field(landing_url, "landing_url"),
        )
        request = models.SendPushNotificationsRequest(push_notifications=[notification])
        return await self._caller.run(
            MESSAGES_SEND,
            lambda: send_push_notifications.asyncio_detailed(client=self._caller.api, body=request),
            lambda response, meta: read_send_result(response, meta, [to]),
            patch=None if extra is None else merge_into_items("push_notifications", [extra], [""], request),
        )

    async def send_batch(self, notifications: Iterable[PushNotification]) -> SendResult:
        """Send at most 500 pushes in one request.

        Raises:
            InvalidRequestError: none, more than 500, over 10 MB, or one that is malformed; nothing was sent.
            InDoubtError: they may have been sent, all or some; do not repeat them blindly.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            sent = await clix.messages.send_batch([PushNotification(to=user, title="Hi") for user in users])
            for failure in sent.failures:
                print(failure.index, failure.failure_reason)
        """
        items = items_of(notifications, "notifications", PushNotification)
        if len(items) > LARGEST_BATCH:
            raise InvalidRequestError(
                f"{len(items)} notifications in one batch; Clix recommends at most {LARGEST_BATCH}. "
                "Use messages.send_many for any number."
            )
        body = encode_notifications(items)
        targets = [item.to for item in items]
        return await self._caller.run(
            MESSAGES_SEND_BATCH,
            lambda: self._caller.session.bound.http.exchange("POST", MESSAGES_SEND_BATCH.path, body),
            lambda answer, meta: _read_batch(answer, meta, targets),
        )

    async def send_many(
        self,
        source: Source,
        *,
        batch_size: int = LARGEST_BATCH,
        concurrency: int | None = None,
        ledger: str | PathLike[str] | Ledger | None = None,
        on_outcome: Callable[[BatchOutcome], Awaitable[object] | None] | None = None,
        split_rejected: bool = True,
        resend_in_doubt: bool = False,
        max_outage: float = 600.0,
        stop: asyncio.Event | None = None,
    ) -> BulkReport:
        """Send any number of pushes, in batches and in the order of the source, and account for each.

        Args:
            source: an iterable or async iterable of `PushNotification`, or of mappings with its fields: `to`, or one of
                `project_user_id`, `device_id` and `user_id`, and `title`, `body`, `image_url`, `landing_url`. Empty
                strings are fields left out, as in a CSV file. An iterable is read in a thread, so it may block; never
                more than twice `concurrency` batches are read ahead.
            batch_size: notifications in a request, at most 500. A request is also never larger than 10 MB.
            concurrency: requests in flight; left out, it follows latency and the rate limit.
            ledger: a file, or a `Ledger`, that lets a run that was killed be taken up again by the same call.
            on_outcome: called, and awaited if it says so, with the `BatchOutcome` of each batch.
            split_rejected: send a batch that is refused with a 400 or 413 in halves, to find the rows at fault; it is
                assumed that nothing of a refused request was sent.
            resend_in_doubt: with a ledger, also send what may have been sent before; people may get it twice.
            max_outage: seconds that a run waits for a service that fails again and again.
            stop: ends the run in good order when it is set: what is under way is finished, the rest not sent.

        Returns:
            The counts of all fates and deliveries. A row that is malformed is `rejected` and no error.

        Raises:
            InvalidRequestError: an argument makes no sense; nothing was sent.
            BulkError: the source, the ledger, the callback or the service ended the run; what was sent is in its
                `report`.

        Example:
            report = await clix.messages.send_many(audience, ledger="spring-sale.db")
            print(report)
        """
        from ..bulk._options import RunOptions
        from ..bulk._stream import run_to_the_end

        options = RunOptions(
            batch_size=batch_size,
            concurrency=concurrency,
            ledger=ledger,
            split_rejected=split_rejected,
            resend_in_doubt=resend_in_doubt,
            max_outage=max_outage,
            stop=stop,
        )
        return await run_to_the_end(self._caller, source, options, on_outcome)

    def stream(
        self,
        source: Source,
        *,
        batch_size: int = LARGEST_BATCH,
        concurrency: int | None = None,
        ledger: str | PathLike[str] | Ledger | None = None,
        split_rejected: bool = True,
        resend_in_doubt: bool = False,
        max_outage: float = 600.0,
        stop: asyncio.Event | None = None,
    ) -> BulkStream:
        """As `send_many`, batch by batch: an async iterator of `BatchOutcome`, in the order in which they finish.

        The arguments and the errors are those of `send_many`; a `BulkError` comes after the last batch.

        Example:
            async for batch in clix.messages.stream(audience):
                for item in batch.unaccepted_rows():
                    print(item.row, item.fate, item.reason)
        """
        from ..bulk._options import RunOptions
        from ..bulk._stream import BulkStream

        options = RunOptions(
            batch_size=batch_size,
            concurrency=concurrency,
            ledger=ledger,
            split_rejected=split_rejected,
            resend_in_doubt=resend_in_doubt,
            max_outage=max_outage,
            stop=stop,
        )
        return BulkStream(self._caller, source, options)


def read_send_result(
    response: Response[Any], meta: ResponseMeta, targets: Sequence[str | Target]
) -> SendResult:
    """A generated answer with delivery results; live activities have the same."""
    parsed: Any = response.parsed
    deliveries = _usual_deliveries(parsed) if _MODELS_ARE_KNOWN else None
    if deliveries is None:
        return send_result(answer_of(response), meta, targets)
    return SendResult(
        deliveries=deliveries,
        attribution=attribute(deliveries, targets),
        meta=meta,
        extra=parsed.additional_properties,
    )


_MODELS_ARE_KNOWN = all(
    {*vars(model)["__slots__"]} - {"__weakref__"} == {*names, "additional_properties"}
    for model, *names in (
        (models.SendPushNotificationsResponse, "delivery_results"),
        (models.StartLiveActivitiesResponse, "delivery_results"),
        (models.DeliveryResult, "message_id", "status", "additional_params"),
        (models.DeliveryResultParams, "device_id", "fcm_message_id", "failure_reason"),
    )
)
"""Whether the generated models have the fields that are read here and no other. Newer ones are read by their dicts."""


def _usual_deliveries(parsed: Any) -> tuple[Delivery, ...] | None:
    """The deliveries of an answer without a field that is missing, null or unknown; None for any other.

    As `send_result` reads them, without the dicts in between: 3 µs of a send.
    """
    deliveries: list[Delivery] = []
    try:
        if type(parsed.delivery_results) is not list:
            return None
        for result in parsed.delivery_results:
            params = result.additional_params
            if result.additional_properties or params.additional_properties:
                return None
            deliveries.append(
                Delivery(
                    message_id=_text(result.message_id),
                    status=_text(result.status),
                    device_id=_text_if_set(params.device_id),
                    fcm_message_id=_text_if_set(params.fcm_message_id),
                    failure_reason=_text_if_set(params.failure_reason),
                )
            )
    except (TypeError, AttributeError):
        return None
    return tuple(deliveries)


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    if type(value) is models.DeliveryResultStatus:
        return value.value
    raise TypeError


def _text_if_set(value: Any) -> str | None:
    return None if value is UNSET else _text(value)


def _read_batch(answer: Answer, meta: ResponseMeta, targets: Sequence[str | Target]) -> SendResult:
    return send_result(answer.json(), meta, targets)
