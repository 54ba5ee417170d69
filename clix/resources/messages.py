"""Push messages. A repeat of a send is delivered twice: the errors tell what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from clix_api_client import models
from clix_api_client.api.messages import send_push_notifications
from clix_api_client.types import Response

from .._call import Caller
from .._errors import InvalidRequestError
from .._json import JSONObject
from .._meta import ResponseMeta
from .._operations import MESSAGES_SEND, MESSAGES_SEND_BATCH
from .._transport import Answer
from .._types import PushNotification, SendResult, Target
from .._wire import as_target, attribute, encode_notifications, read_deliveries, to_wire
from ._common import answer_of, items_of, merge_into_items, unknown

LARGEST_BATCH = 500
"""Notifications in one request, as the provider recommends."""


class Messages:
    """`clix.messages`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

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
        target = as_target(to)
        fields: dict[str, Any] = to_wire(
            PushNotification(target, title=title, body=body, image_url=image_url, landing_url=landing_url)
        )
        notification = models.PushNotification.from_dict(fields)
        request = models.SendPushNotificationsRequest(push_notifications=[notification])
        return await self._caller.run(
            MESSAGES_SEND,
            lambda: send_push_notifications.asyncio_detailed(client=self._caller.api, body=request),
            lambda response, meta: read_send_result(response, meta, [target]),
            patch=merge_into_items("push_notifications", [extra], [""]),
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
            lambda: self._caller.session.http.exchange("POST", MESSAGES_SEND_BATCH.path, body),
            lambda answer, meta: _read_batch(answer, meta, targets),
        )


def read_send_result(
    response: Response[Any], meta: ResponseMeta, targets: Sequence[str | Target]
) -> SendResult:
    """A generated answer with delivery results; live activities have the same."""
    return _send_result(answer_of(response), meta, targets)


def _read_batch(answer: Answer, meta: ResponseMeta, targets: Sequence[str | Target]) -> SendResult:
    return _send_result(answer.json(), meta, targets)


def _send_result(answer: dict[str, Any], meta: ResponseMeta, targets: Sequence[str | Target]) -> SendResult:
    deliveries = read_deliveries(answer)
    return SendResult(
        deliveries=tuple(deliveries),
        attribution=attribute(deliveries, targets),
        meta=meta,
        extra=unknown(answer, "delivery_results"),
    )
