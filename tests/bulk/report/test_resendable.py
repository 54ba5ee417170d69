"""What is worth sending again: proven not sent, or surely failed; never what may have arrived, unless asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from clix import BulkError, BulkReport, InvalidRequestError, PushNotification, RowOutcome, Target
from clix._engine.wire import encode_notification
from clix.bulk._ledger import retry_buffer as _retry_buffer
from clix.bulk._rows import decode_row
from tests.bulk.support import Post, devices, people, send_many


@pytest.fixture(params=["in memory", "ledger"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Arguments that keep what is unsettled here or there."""
    return {"ledger": tmp_path / "run.db"} if request.param == "ledger" else {}


async def _ended(post: Post, source: Any, **arguments: Any) -> BulkReport:
    with pytest.raises(BulkError) as caught:
        await send_many(post, source, **arguments)
    return caught.value.report


async def test_rows_that_were_not_sent_come_back_as_they_were(where: dict[str, Any]) -> None:
    full = PushNotification(
        Target.clix_user("c1"),
        title="Grüße 👋",
        body="b",
        image_url="https://example.com/a.png",
        landing_url="app://x",
        extra={"ttl": 60, "target": {"region": "kr"}},
    )
    rows = [PushNotification("u1"), full, *devices("d1")]
    report = await _ended(Post(lambda number, ids: 401), rows, **where)
    assert list(report.resendable()) == rows


async def test_failed_deliveries_to_devices_are_sent_again_to_the_same_devices(where: dict[str, Any]) -> None:
    report = await send_many(Post(), devices("d1", "broken-2", "d3", "broken-4"), **where)
    assert list(report.resendable()) == devices("broken-2", "broken-4")


async def test_a_failed_delivery_of_a_single_user_is_sent_again_to_the_device_only(
    where: dict[str, Any],
) -> None:
    report = await send_many(Post(), [PushNotification("broken-phone", title="Hello")], **where)
    assert list(report.resendable()) == [PushNotification(Target.device("broken-phone"), title="Hello")]


async def test_failed_deliveries_that_cannot_be_told_apart_are_not_sent_again(where: dict[str, Any]) -> None:
    report = await send_many(Post(), [PushNotification("broken-1"), PushNotification("u2")], **where)
    assert report.failed_deliveries == 1
    assert list(report.resendable()) == []


async def test_what_is_in_doubt_is_left_out_unless_asked_for(where: dict[str, Any]) -> None:
    report = await send_many(Post(lambda number, ids: "lost answer"), people(2), **where)
    assert report.in_doubt == 2
    assert list(report.resendable()) == []
    assert list(report.resendable(in_doubt=True)) == people(2)


async def test_rejected_rows_are_sent_again_when_they_are_mended(where: dict[str, Any]) -> None:
    asked: list[RowOutcome] = []

    def fix(item: RowOutcome) -> PushNotification | None:
        asked.append(item)
        return None if item.notification is None else evolve(item.notification, title="mended")

    report = await send_many(Post(poison=["u2"]), [*people(3), {"to": ""}], **where)
    assert list(report.resendable()) == []
    assert list(report.resendable(fix=fix)) == [PushNotification("u2", title="mended")]
    assert [(item.row, item.notification is None) for item in asked] == [(2, False), (4, True)]
    assert all(item.reason for item in asked)


async def test_what_is_left_can_be_sent_with_the_next_run(where: dict[str, Any]) -> None:
    report = await _ended(Post(lambda number, ids: 401), people(30), batch_size=10, concurrency=1, **where)
    post = Post()
    again = await send_many(post, report.resendable())
    assert again.accepted == report.not_sent == 10


async def test_without_a_ledger_what_was_not_kept_is_not_passed_over_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_retry_buffer, "CAPACITY", 5)
    report = await send_many(Post(lambda number, ids: "lost answer"), people(7))
    with pytest.raises(InvalidRequestError, match="2 rows and failures more"):
        report.resendable(in_doubt=True)
    assert list(report.resendable(in_doubt=True, partial=True)) == people(5)


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.builds(
        PushNotification,
        st.sampled_from(["u1", Target.device("d1"), Target.clix_user("c1")]),
        title=TEXT,
        body=TEXT,
        image_url=TEXT,
        landing_url=TEXT,
        extra=st.none() | st.just({"ttl": 1}) | st.just({"target": {"region": "kr"}}),
    )
)
def test_a_row_that_was_kept_is_the_row_that_was_given(notification: PushNotification) -> None:
    assert decode_row(encode_notification(notification)) == notification
