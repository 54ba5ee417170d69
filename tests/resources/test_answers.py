"""Answers are read with a wide heart and a strict eye: new things pass, wrong shapes are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from clix import Device, Fate, InDoubtError, UnreadableResponseError
from tests.recorder import Recorder, session
from tests.resources.support import CALLS, answered

# What each call is answered with: every field that is known, with a value.
WHOLE_RESULT = {
    "message_id": "m",
    "status": "DELIVERY_RESULT_STATUS_FAILED",
    "additional_params": {"device_id": "d", "fcm_message_id": "f", "failure_reason": "r"},
}
WHOLE_EVENT = {
    "user_id": "u",
    "device_id": "d",
    "name": "n",
    "event_property": {"message_id": "m", "custom_properties": {"a": 1}},
}
WHOLE_DEVICE = {
    **{field.name: field.name for field in attrs.fields(Device) if field.name != "extra"},
    "is_push_permission_granted": True,
}
RESULTS = {"delivery_results": [WHOLE_RESULT]}
EVENTS = {"events": [WHOLE_EVENT]}
WHOLE: Mapping[str, Mapping[str, Any]] = {
    "users.create": {"properties": {"a": 1}},
    "users.update": {"properties": {"a": 1}},
    "users.delete": {},
    "messages.send": RESULTS,
    "messages.send_batch": RESULTS,
    "campaigns.trigger": {"trigger_id": "t"},
    "live_activities.start": RESULTS,
    "live_activities.start_batch": RESULTS,
    "events.track": EVENTS,
    "events.track_batch": EVENTS,
    "devices.upsert": {"devices": [WHOLE_DEVICE]},
    "devices.set_project_user_id": {"device_id": "d", "project_user_id": "u"},
    "devices.set_user_properties": {
        "properties": [{"name": "a", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "1"}]
    },
    "health": {"msg": "ok"},
}
NEVER_NULL = {("campaigns.trigger", ("trigger_id",))}
ANYTHING_GOES = {"value", "custom_properties"}
"""Fields whose value is any JSON, or is checked apart."""

Path = tuple[str | int, ...]


def paths(value: object, so_far: Path = ()) -> list[Path]:
    """The way to every field and item within a value."""
    if isinstance(value, dict):
        steps: list[tuple[str | int, object]] = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    else:
        return []
    return [path for step, inner in steps for path in ((*so_far, step), *paths(inner, (*so_far, step)))]


def replaced(value: Any, path: Path, new: object) -> Any:
    """The value with another one at the end of the path."""
    if not path:
        return new
    if isinstance(value, dict):
        return {**value, path[0]: replaced(value.get(path[0]), path[1:], new)}
    return [replaced(inner, path[1:], new) if step == path[0] else inner for step, inner in enumerate(value)]


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


FIELDS = [
    (name, path)
    for name, whole in WHOLE.items()
    for path in paths(whole)
    if "custom_properties" not in path[:-1] and path != ("properties", "a")
]


def test_the_whole_answers_are_those_of_all_calls() -> None:
    assert WHOLE.keys() == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
async def test_an_empty_answer_is_read(name: str) -> None:
    answer = {"trigger_id": "t"} if name == "campaigns.trigger" else {}
    assert (await answered(answer, CALLS[name])).meta.status == 200


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (name, path)
        for name, path in FIELDS
        if (name, path) not in NEVER_NULL and not isinstance(path[-1], int)
    ],
)
async def test_a_null_is_read_where_a_value_is_expected(name: str, path: Path) -> None:
    answer = replaced(WHOLE[name], path, None)
    assert (await answered(answer, CALLS[name])).meta.status == 200


@pytest.mark.parametrize("name", CALLS)
async def test_an_unknown_field_of_an_answer_is_kept(name: str) -> None:
    result = await answered({**WHOLE[name], "new": [{"a": None}]}, CALLS[name])
    assert result.extra["new"] == [{"a": None}]


@pytest.mark.parametrize(
    ("name", "path"),
    [(name, path) for name, path in FIELDS if isinstance(path[-1], int)],
)
async def test_an_unknown_field_of_an_item_is_kept(name: str, path: Path) -> None:
    item = {**at(WHOLE[name], path), "new": [1]}
    result = await answered(replaced(WHOLE[name], path, item), CALLS[name])
    if name == "events.track":
        items: Any = [result]
    else:
        items = result if hasattr(result, "items") else result.deliveries
    assert items[0].extra == {"new": [1]}


def wrong_values(value: object) -> list[object]:
    """Values of every other shape than this one has."""
    shapes: list[object] = ["text", 5, True, [1], {"a": 1}]
    if isinstance(value, list):
        return [*shapes[:3], {"a": 1}, [None], ["text"], [[1]]]
    if isinstance(value, dict):
        return [*shapes[:3], [1]]
    if isinstance(value, bool):
        return ["true", 1, [1], {"a": 1}]
    return shapes[1:]


@pytest.mark.parametrize(
    ("name", "path", "wrong"),
    [
        (name, path, wrong)
        for name, path in FIELDS
        if path[-1] not in ANYTHING_GOES
        for wrong in wrong_values(at(WHOLE[name], path))
    ],
)
async def test_a_wrong_shape_was_accepted_but_cannot_be_read(name: str, path: Path, wrong: object) -> None:
    with pytest.raises(UnreadableResponseError) as caught:
        await answered(replaced(WHOLE[name], path, wrong), CALLS[name])
    assert (caught.value.fate, caught.value.safe_to_resend) == (
        Fate.ACCEPTED,
        name.startswith(("users.", "devices.", "health")),
    )


NOT_OBJECTS = [
    (name, content)
    for name in CALLS
    for content in (b"[]", b"null", b'"ok"', b"5", b"true", b"", b"ok", b'{"a":', b'{"a":NaN}', b"\xff")
    if content or name != "users.delete"
]


@pytest.mark.parametrize(("name", "content"), NOT_OBJECTS)
async def test_clix_accepted_what_it_answers_unreadably(name: str, content: bytes) -> None:
    async with session(Recorder(content=content, headers={"x-request-id": "r-1"})) as clix:
        with pytest.raises(UnreadableResponseError) as caught:
            await CALLS[name](clix)
    assert caught.value.fate is Fate.ACCEPTED
    assert [attempt.status for attempt in caught.value.attempts] == [200]


@pytest.mark.parametrize(("name", "content"), NOT_OBJECTS)
async def test_a_200_that_is_not_from_clix_is_in_doubt(name: str, content: bytes) -> None:
    """A portal answers 200 with a page of its own; Clix puts a request id on every answer."""
    async with session(Recorder(content=content)) as clix:
        with pytest.raises(InDoubtError) as caught:
            await CALLS[name](clix)
    assert caught.value.fate is Fate.IN_DOUBT
    assert [attempt.status for attempt in caught.value.attempts] == [200]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 299])
@pytest.mark.parametrize("name", CALLS)
async def test_any_2xx_is_a_success(name: str, status: int) -> None:
    async with session(Recorder(WHOLE[name], status=status)) as clix:
        assert (await CALLS[name](clix)).meta.status == status
