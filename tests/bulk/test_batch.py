"""Batches hold what fits, in the order of the rows; answers are counted as the typed reading counts them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import Delivery, PushNotification, ResponseMeta, Target
from clix._engine.wire import encode_notifications, read_deliveries
from clix.bulk import _batch
from clix.bulk._answer import read_answer
from clix.bulk._batch import Batch, Planner, build_batch
from clix.bulk._source import SequenceReader
from tests.json_values import json_values, texts

notifications = st.builds(
    PushNotification,
    st.sampled_from(["u1", "사용자", Target.device("d1"), Target.clix_user("c1")]),
    title=st.none() | texts,
    body=st.none() | texts,
)
malformed = st.sampled_from([{"to": ""}, {"to": "u1", "colour": "red"}, PushNotification(" ")])


async def _cut(rows: Sequence[object], batch_size: int, largest: int) -> list[Batch]:
    """The batches of the rows when a request may have so many bytes."""
    planner = Planner(SequenceReader(rows), batch_size)
    batches: list[Batch] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_batch, "MAX_REQUEST_BYTES", largest)
        while (batch := await planner.next()) is not None:
            batches.append(batch)
    assert planner.is_complete
    return batches


@given(
    rows=st.lists(notifications | malformed, max_size=40),
    batch_size=st.integers(1, 15),
    largest=st.integers(60, 1_000),
)
async def test_every_row_is_in_one_batch_that_is_neither_too_long_nor_too_large(
    rows: list[Any], batch_size: int, largest: int
) -> None:
    batches = await _cut(rows, batch_size, largest)
    covered: list[int] = []
    for batch in batches:
        assert batch.size <= batch_size
        assert batch.first_row == len(covered) + 1
        assert batch.body == encode_notifications(batch.notifications)
        assert not batch.notifications or len(batch.body) <= largest
        assert [rows[row - 1] for row in batch.rows] == list(batch.notifications)
        covered += sorted([*batch.rows, *(refused.row for refused in batch.refused)])
    assert covered == list(range(1, len(rows) + 1))


@given(rows=st.lists(notifications, min_size=1, max_size=40), largest=st.integers(200, 1_000))
async def test_a_batch_ends_where_the_next_row_does_not_fit_or_at_twice_the_one_before(
    rows: list[PushNotification], largest: int
) -> None:
    batches = await _cut(rows, 500, largest)
    sizes_before = [0, *(batch.size for batch in batches)]
    for size_before, (batch, following) in zip(sizes_before, pairwise(batches), strict=False):
        if batch.refused or following.refused or batch.size == 2 * size_before:
            continue
        longer = encode_notifications([*batch.notifications, following.notifications[0]])
        assert len(longer) > largest


async def test_few_large_rows_are_not_read_ahead_by_the_hundred() -> None:
    rows = [PushNotification("u1", body="x" * 200) for _ in range(600)]
    asked: list[int] = []

    class Watched(SequenceReader):
        async def take(self, count: int) -> Any:
            asked.append(count)
            return await super().take(count)

    planner = Planner(Watched(rows), 500)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_batch, "MAX_REQUEST_BYTES", 1_000)
        while await planner.next() is not None:
            pass
    assert asked[0] == 500
    assert max(asked[1:]) <= 8


@given(rows=st.lists(notifications, min_size=1, max_size=20), data=st.data())
def test_a_part_of_a_batch_keeps_items_and_rows_together(rows: list[PushNotification], data: Any) -> None:
    batch = build_batch(rows, 101)
    places = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True).map(sorted))
    part = batch.part(places)
    assert [(row - 101, item) for row, item in zip(part.rows, part.notifications, strict=True)] == [
        (place, rows[place]) for place in places
    ]
    assert (part.digest == batch.digest) == (len(places) == len(rows))


results = st.fixed_dictionaries(
    {},
    optional={
        "message_id": st.none() | texts | st.integers(),
        "status": st.sampled_from(
            ["DELIVERY_RESULT_STATUS_SUCCEED", "DELIVERY_RESULT_STATUS_FAILED", "NEW", None, 5]
        ),
        "additional_params": st.none()
        | st.dictionaries(
            st.sampled_from(["device_id", "failure_reason", "new"]), st.none() | texts | st.booleans()
        ),
        "new": json_values,
    },
)


@given(st.fixed_dictionaries({}, optional={"delivery_results": st.lists(results, max_size=5) | json_values}))
def test_an_answer_is_counted_as_the_typed_reading_counts_it(content: Any) -> None:
    expected: list[Delivery] | None = None
    with suppress(ValueError):
        expected = read_deliveries(content)
    if expected is None:
        with pytest.raises(ValueError):  # noqa: PT011 - many sentences
            read_answer(content, ResponseMeta(status=200))
        return
    answer = read_answer(content, ResponseMeta(status=200))
    assert answer.deliveries == len(expected)
    assert answer.failures == [delivery for delivery in expected if not delivery.succeeded]
    assert list(answer.result([PushNotification("u1")]).deliveries) == [
        _attributed_to_the_only_one(delivery) for delivery in expected
    ]


def _attributed_to_the_only_one(delivery: Delivery) -> Delivery:
    delivery.index = 0
    return delivery
