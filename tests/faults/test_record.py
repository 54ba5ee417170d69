import json

import pytest

from tests.faults.record import Received, Record


def record_of(*bodies: object, processed: bool = True, path: str = "/api/v1/messages:send") -> Record:
    return Record([received(json.dumps(body).encode(), processed=processed, path=path) for body in bodies])


def received(body: bytes, *, processed: bool = True, path: str = "/api/v1/messages:send") -> Received:
    return Received(
        method="POST", path=path, body=body, complete=True, processed=processed, connection=1, time=0.0
    )


def batch(*titles: str) -> dict[str, object]:
    return {"push_notifications": [{"title": title, "body": "same"} for title in titles]}


def test_every_execution_of_an_item_counts() -> None:
    assert record_of(batch("a"), batch("b", "a"), batch("c")).processed_count("a") == 2


def test_an_item_twice_in_one_request_counts_twice() -> None:
    assert record_of(batch("a", "b", "a")).processed_count("a") == 2


def test_a_marker_in_two_fields_of_an_item_counts_once() -> None:
    assert record_of({"push_notifications": [{"title": "a", "body": "a"}]}).processed_count("a") == 1


def test_what_was_not_processed_does_not_count() -> None:
    assert record_of(batch("a"), processed=False).processed_count("a") == 0


@pytest.mark.parametrize("marker", ["send-1", "end-10", "push_notifications", "title", ""])
def test_a_marker_is_a_whole_value(marker: str) -> None:
    assert record_of(batch("send-10")).processed_count(marker) == 0


def test_a_marker_may_be_written_with_escapes() -> None:
    assert record_of(batch("주문 😀")).processed_count("주문 😀") == 1


def test_a_marker_may_be_deep_inside() -> None:
    assert record_of({"audience": {"targets": [{"device_id": "d"}]}}).processed_count("d") == 1


@pytest.mark.parametrize(
    ("path", "marker"),
    [("/api/v1/campaigns/c-1:trigger", "c-1"), ("/api/v1/users/a%2Fb?x=1", "a/b"), ("/api/v1/users/u", "u")],
)
def test_a_marker_may_be_a_segment_of_the_path(path: str, marker: str) -> None:
    assert Record([received(b"", path=path)]).processed_count(marker) == 1


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff", b'"a"', b"[" * 100_000])
def test_a_body_that_is_no_object_is_no_trouble(body: bytes) -> None:
    assert Record([received(body)]).processed_count("title") == 0


def test_what_arrives_after_a_count_is_in_the_next() -> None:
    record = record_of(batch("a"))
    before = record.processed_count("a")
    record.received.append(received(json.dumps(batch("a")).encode()))
    assert (before, record.processed_count("a")) == (1, 2)
