"""What was checked is what is sent: strings become exact, and mappings are read once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import Enum, StrEnum
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given

from clix import Event, InvalidRequestError, PushNotification, Target
from clix._values.checks import check_id, check_mapping, check_object, check_optional_text, check_properties
from clix._values.json import as_json, encode, exact_text
from tests.json_values import ids, json_objects
from tests.resources.support import sent_by


class Who(str, Enum):  # noqa: UP042 - a StrEnum's `__str__` is its value
    ALICE = "alice"


class Tier(StrEnum):
    GOLD = "gold"


class Loud(str):
    """Says something else in every way that can be overridden."""

    __slots__ = ()

    def __str__(self) -> str:
        return "LOUD"

    def __format__(self, spec: str) -> str:
        return "LOUD"

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"LOUD"

    def isspace(self) -> bool:
        return False

    def isascii(self) -> bool:
        return True


class Apart(str):
    """Beside the exact string of the same text in one dict."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(str(self)) + 1


class Changing(Mapping[str, Any]):
    """Each reading gives the next of its values."""

    def __init__(self, *values: Any) -> None:
        self._values = iter(values)

    def __getitem__(self, key: str) -> Any:
        return next(self._values, float("nan"))

    def __iter__(self) -> Iterator[str]:
        return iter(["key"])

    def __len__(self) -> int:
        return 1


@given(ids)
def test_a_string_that_says_something_else_is_sent_as_it_is(text: str) -> None:
    for checked in (check_id(Loud(text), "id"), check_optional_text(Loud(text), "title")):
        assert (type(checked), checked) == (str, text)


@pytest.mark.parametrize("value", ["", " ", "..", "\ud800"])
def test_a_string_cannot_talk_its_way_past_the_check(value: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"^id "):
        check_id(Loud(value), "id")


@pytest.mark.parametrize(
    "claims", [Mock(spec=str), Mock(spec=dict), Mock(spec=list)], ids=["str", "dict", "list"]
)
def test_a_mock_is_not_what_it_claims_to_be(claims: Mock) -> None:
    assert exact_text(claims) is None
    for check in (check_id, check_optional_text, check_mapping, check_object, as_json):
        with pytest.raises(InvalidRequestError, match=r"^field "):
            check(claims, "field")


@given(json_objects)
def test_a_mapping_is_read_once_and_a_later_reading_changes_nothing(first: dict[str, Any]) -> None:
    assert check_object(Changing(first), "properties") == {"key": first}
    assert as_json([Changing(Changing(first))], "value") == [{"key": {"key": first}}]


def test_what_a_property_map_checks_is_what_it_returns() -> None:
    assert check_properties(Changing(5), "properties") == {"key": 5}


@pytest.mark.parametrize("check", [check_object, check_properties])
def test_a_key_may_be_an_enums_member_and_becomes_its_text(check: Any) -> None:
    checked = check({Tier.GOLD: 1}, "properties")
    assert encode(checked) == b'{"gold":1}'


@pytest.mark.parametrize("check", [check_object, check_properties, as_json])
def test_a_key_that_is_there_twice_once_exact_is_refused(check: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"^properties has a key twice; give each key once"):
        check({Apart("gold"): 1, "gold": 2}, "properties")


def test_a_mapping_that_cannot_be_read_is_named_with_its_cause() -> None:
    class Broken(dict[str, object]):
        def items(self) -> Any:
            raise LookupError("gone")

    with pytest.raises(
        InvalidRequestError, match=r"^properties cannot be read: it raised LookupError"
    ) as caught:
        check_object(Broken(a=1), "properties")
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_target_is_made_of_exact_strings() -> None:
    target = Target(Loud("device_id"), Loud("d"))  # type: ignore[arg-type]
    assert (type(target.kind), target.kind, type(target.id), target.id) == (str, "device_id", str, "d")


@pytest.mark.parametrize("who", [Who.ALICE, Loud("alice")])
@pytest.mark.parametrize(
    ("call", "url"),
    [
        (lambda clix, who: clix.users.delete(who), "/users/alice"),
        (lambda clix, who: clix.users.update(who, {"a": 1}), "/users/alice"),
        (lambda clix, who: clix.campaigns.trigger(who), "/campaigns/alice:trigger"),
        (lambda clix, who: clix.devices.set_user_properties(who, {"a": 1}), "/devices/alice"),
        (lambda clix, who: clix.devices.set_project_user_id(who, project_user_id="u"), "/devices/alice"),
    ],
)
async def test_an_enum_as_an_id_in_a_path_is_sent_as_its_value(call: Any, url: str, who: str) -> None:
    recorder = await sent_by(lambda clix: call(clix, who), whole=True)
    assert url in str(recorder.request.url)


@pytest.mark.parametrize("who", [Who.ALICE, Loud("alice")])
@pytest.mark.parametrize(
    "call",
    [
        lambda clix, who: clix.users.create(who),
        lambda clix, who: clix.messages.send(who, title=who),
        lambda clix, who: clix.messages.send_batch([PushNotification(who, title=who)]),
        lambda clix, who: clix.campaigns.trigger("c", targets=[who]),
        lambda clix, who: clix.events.track_batch([Event(device_id=who, name=who, message_id=who)]),
        lambda clix, who: clix.devices.upsert([{"id": who, "model": who}]),
    ],
)
async def test_an_enum_in_a_body_is_sent_as_its_value(call: Any, who: str) -> None:
    body = json.dumps(await sent_by(lambda clix: call(clix, who)))
    assert '"alice"' in body
    assert not {"LOUD", "Who"} & set(body.replace('"', " ").split())
