"""A post is read with all its digits, and what is not known yet is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix.testing import ClixEmulator
from clix.webhooks import MalformedWebhookError, parse
from tests.webhooks.support import post

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "published_examples.json").read_text("utf-8"))


def test_the_published_example_is_read() -> None:
    event = parse(json.dumps(PUBLISHED["webhook"]))
    assert (event.project_id, event.event_type, event.platform) == ("YOUR_PROJECT_ID", "PUSH_SENT", "ANDROID")
    assert event.notification.title == "👋 Hello from Clix!"
    assert event.notification.image_url is None
    assert not event.is_failure
    assert (event.extra, event.notification.extra) == ({}, {})


async def test_what_the_emulator_posts_is_read(clix_emulator: ClixEmulator) -> None:
    sent = await clix_emulator.session().messages.send("user-1", title="Hello")
    (content,) = clix_emulator.webhooks
    event = parse(json.dumps(content))
    assert event.message_id == sent.deliveries[0].message_id
    assert event.notification.title == "Hello"


def test_nanoseconds_are_kept() -> None:
    event = parse(post(timestamp="2025-12-16T07:42:54.168140781Z"))
    assert event.timestamp == datetime(2025, 12, 16, 7, 42, 54, 168140, tzinfo=UTC)
    assert event.timestamp_ns == 1_765_870_974_168_140_781


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
    st.integers(0, 999_999_999),
    st.integers(-14 * 60, 14 * 60),
)
def test_every_moment_is_read_exactly(whole: datetime, nanoseconds: int, offset: int) -> None:
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    event = parse(post(timestamp=f"{whole:%Y-%m-%dT%H:%M:%S}.{nanoseconds:09}{zone}".zfill(20)))
    moment = whole.replace(tzinfo=UTC) - timedelta(minutes=offset)
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    assert event.timestamp_ns == seconds * 1_000_000_000 + nanoseconds
    assert event.timestamp == moment.replace(microsecond=nanoseconds // 1_000)


@pytest.mark.parametrize(("decimals", "nanoseconds"), [("", 0), (".5", 500_000_000), (".0000000019", 1)])
def test_there_may_be_any_number_of_decimals(decimals: str, nanoseconds: int) -> None:
    event = parse(post(timestamp=f"2025-12-16T07:42:54{decimals}Z"))
    assert event.timestamp_ns % 1_000_000_000 == nanoseconds


def test_an_event_type_that_is_not_known_yet_is_taken_as_it_is() -> None:
    assert parse(post(event_type="PUSH_OPENED")).event_type == "PUSH_OPENED"


def test_fields_that_are_not_known_yet_are_kept() -> None:
    event = parse(post(campaign_id="c-1", notification={"title": "T", "sound": "bell"}))
    assert event.extra == {"campaign_id": "c-1"}
    assert event.notification.extra == {"sound": "bell"}


@pytest.mark.parametrize("field", ["device_id", "platform", "notification"])
@pytest.mark.parametrize("value", [..., None])
def test_an_event_may_lack_what_does_not_make_it_one(field: str, value: object) -> None:
    assert parse(post(**{field: value})).message_id == "message-1"


@pytest.mark.parametrize("field", ["project_id", "event_type", "timestamp", "message_id"])
@pytest.mark.parametrize("value", [..., None, "", 5, ["a"]])
def test_what_makes_an_event_must_be_there(field: str, value: object) -> None:
    with pytest.raises(MalformedWebhookError, match=field):
        parse(post(**{field: value}))


@pytest.mark.parametrize(
    "timestamp",
    [
        "now",
        "2025-12-16",
        "2025-12-16T07:42:54",
        "2025-13-16T07:42:54Z",
        "2025-12-16T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_timestamp_is_a_moment(timestamp: str) -> None:
    with pytest.raises(MalformedWebhookError, match="timestamp"):
        parse(post(timestamp=timestamp))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"a"', b"{", b"\xff", b'{"a":NaN}', b"[" * 5_000])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedWebhookError, match="not a JSON object"):
        parse(body)


@given(
    st.binary(max_size=200)
    | st.text().map(str)
    | st.dictionaries(st.text(), st.none() | st.text()).map(json.dumps)
)
def test_nothing_but_its_own_error_comes_out(body: bytes | str) -> None:
    with pytest.raises(MalformedWebhookError):
        parse(body)


def test_the_error_shows_nothing_of_the_content() -> None:
    with pytest.raises(MalformedWebhookError) as caught:
        parse(post(timestamp="canary", device_id="canary"))
    assert "canary" not in str(caught.value)
