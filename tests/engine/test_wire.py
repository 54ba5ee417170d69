"""The hand-written codec writes and reads what the generated models write and read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import Delivery, InvalidRequestError, PushNotification, Target
from clix._engine.wire import (
    as_target,
    attribute,
    encode_notifications,
    flag_of,
    read_deliveries,
    text_of,
    to_wire,
)
from clix._values.json import merge
from clix_api_client import models
from clix_api_client.types import UNSET
from tests.ids import shown
from tests.json_values import ids, json_objects, json_values, texts

SUCCEED = "DELIVERY_RESULT_STATUS_SUCCEED"
FAILED = "DELIVERY_RESULT_STATUS_FAILED"
TEXT_FIELDS = ("title", "body", "image_url", "landing_url")

targets = ids | st.builds(Target, st.sampled_from(["project_user_id", "device_id", "user_id"]), ids)
optional_texts = st.none() | texts
notifications = st.builds(
    PushNotification,
    targets,
    title=optional_texts,
    body=optional_texts,
    image_url=optional_texts,
    landing_url=optional_texts,
)


def generated(notification: PushNotification) -> models.PushNotification:
    """The same notification as a generated model."""
    target = as_target(notification.to)
    given_texts = {name: getattr(notification, name) for name in TEXT_FIELDS}
    return models.PushNotification(
        target=models.Target(**{target.kind: target.id}),
        **{name: UNSET if text is None else text for name, text in given_texts.items()},
    )


@given(st.lists(notifications, max_size=5))
def test_notifications_are_written_byte_for_byte_as_the_generated_models_write_them(
    items: list[PushNotification],
) -> None:
    request = models.SendPushNotificationsRequest(push_notifications=[generated(item) for item in items])
    assert encode_notifications(items) == orjson.dumps(request.to_dict())


new_fields = json_objects.map(lambda fields: {f"new_{name}": value for name, value in fields.items()})


@given(st.lists(st.tuples(notifications, new_fields), min_size=1, max_size=3))
def test_new_fields_are_written_as_if_merged_into_what_the_generated_models_write(
    pairs: list[tuple[PushNotification, dict[str, Any]]],
) -> None:
    bodies = [generated(item).to_dict() for item, _ in pairs]
    for body, (_, extra) in zip(bodies, pairs, strict=True):
        merge(body, extra, "extra")
    for item, extra in pairs:
        item.extra = extra
    written = encode_notifications([item for item, _ in pairs])
    assert written == orjson.dumps({"push_notifications": bodies})


@pytest.mark.parametrize("value", [5, True, b"text", ["text"], "lone \ud800"], ids=shown)
@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_a_text_that_is_none_is_named_with_its_place(field: str, value: Any) -> None:
    broken = PushNotification("u", **{field: value})
    with pytest.raises(InvalidRequestError, match=rf"^notifications\[1\]\.{field} "):
        encode_notifications([PushNotification("u"), broken])


@pytest.mark.parametrize("value", [None, "user-1", {"to": "u"}, Target.device("d")], ids=shown)
def test_an_item_that_is_no_notification_is_named_with_its_place(value: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"^notifications\[1\] must be a PushNotification"):
        encode_notifications([PushNotification("u"), value])


def test_a_single_notification_is_named_without_a_place() -> None:
    with pytest.raises(InvalidRequestError, match=r"^title must be a string"):
        to_wire(PushNotification("u", title=5))  # type: ignore[arg-type]


def test_a_string_as_target_is_your_own_user() -> None:
    assert as_target("user-1") == Target.project_user("user-1")


def test_a_target_stays_as_it_is() -> None:
    target = Target.device("d")
    assert as_target(target) is target


# Reading

RESULT_FIELDS = {"message_id", "status", "additional_params"}
PARAM_FIELDS = {"device_id", "fcm_message_id", "failure_reason"}
statuses = st.sampled_from([SUCCEED, FAILED, "DELIVERY_RESULT_STATUS_HELD", ""])


def _with_unknown_fields(
    known: Mapping[str, st.SearchStrategy[Any]], *, odd: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    unknown = st.dictionaries(texts.filter(lambda key: key not in known), json_values, max_size=2)
    fields = st.fixed_dictionaries({}, optional={key: st.none() | value for key, value in known.items()})
    return st.builds(lambda some, more: {**some, **more}, fields, unknown if odd else st.just({}))


params = _with_unknown_fields(dict.fromkeys(PARAM_FIELDS, texts))
results = _with_unknown_fields({"message_id": texts, "status": statuses | texts, "additional_params": params})
usual_results = st.fixed_dictionaries(
    {
        "message_id": texts,
        "status": statuses,
        "additional_params": st.fixed_dictionaries(
            {"device_id": texts}, optional={"fcm_message_id": texts, "failure_reason": texts}
        ),
    }
)
answers = _with_unknown_fields({"delivery_results": st.lists(results | usual_results, max_size=4)})


def as_generated(result: models.DeliveryResult) -> Delivery:
    """A generated delivery result in our terms: absent and null are one, known fields apart from unknown ones."""
    known = result.additional_params or models.DeliveryResultParams()
    extra = dict(result.additional_properties)
    if known.additional_properties:
        extra["additional_params"] = known.additional_properties
    return Delivery(
        message_id=result.message_id or "",
        status=str(result.status or ""),
        device_id=_none_if_unset(known.device_id),
        fcm_message_id=_none_if_unset(known.fcm_message_id),
        failure_reason=_none_if_unset(known.failure_reason),
        extra=extra,
    )


def _none_if_unset(value: Any) -> Any:
    return None if value is UNSET else value


@given(answers)
def test_deliveries_are_read_field_for_field_as_the_generated_models_read_them(
    answer: dict[str, Any],
) -> None:
    model = models.SendPushNotificationsResponse.from_dict(answer)
    assert read_deliveries(answer) == [as_generated(result) for result in model.delivery_results or []]


shapes = st.one_of(json_values, params, results)
bent_results = st.fixed_dictionaries(
    {}, optional={"message_id": shapes, "status": shapes, "additional_params": shapes}
)


@given(shapes | st.lists(shapes | bent_results, max_size=3))
def test_any_other_shape_is_read_or_told_but_never_half_read(value: Any) -> None:
    try:
        deliveries = read_deliveries({"delivery_results": value})
    except ValueError:
        return
    for delivery in deliveries:
        assert isinstance(delivery.message_id, str)
        assert isinstance(delivery.status, str)
        assert isinstance(delivery.device_id, str | None)
        assert isinstance(delivery.fcm_message_id, str | None)
        assert isinstance(delivery.failure_reason, str | None)


@pytest.mark.parametrize("value", ["", "text", None])
def test_a_text_of_the_wire_is_a_string_or_none(value: str | None) -> None:
    assert text_of(value) == value


@pytest.mark.parametrize("value", [0, False, [], {}, 1.5])
def test_another_value_where_a_text_is_expected_is_told(value: object) -> None:
    with pytest.raises(ValueError, match=f"a {type(value).__name__} stands where a string was expected"):
        text_of(value)


@pytest.mark.parametrize("value", [0, 1, "true", [], {}])
def test_another_value_where_a_flag_is_expected_is_told(value: object) -> None:
    with pytest.raises(ValueError, match="where true or false was expected"):
        flag_of(value)


# Attribution: which notification does a delivery belong to?


def reached(*device_ids: str | None) -> list[Delivery]:
    return [
        Delivery(message_id=f"m-{number}", status=SUCCEED, device_id=device_id)
        for number, device_id in enumerate(device_ids)
    ]


def device(name: str) -> Target:
    return Target.device(name)


@pytest.mark.parametrize(
    ("to", "devices", "attribution", "indices"),
    [
        pytest.param(["u"], [], "exact", [], id="one notification, nobody reached"),
        pytest.param(["u"], ["a", "b"], "exact", [0, 0], id="one notification, two devices"),
        pytest.param([device("a")], [None], "exact", [0], id="one notification, device not named"),
        pytest.param(
            [device("a"), device("b"), device("c")],
            ["a", "b", "c"],
            "exact",
            [0, 1, 2],
            id="devices in order",
        ),
        pytest.param(
            [device("a"), device("b"), device("c")],
            ["c", "a", "b"],
            "exact",
            [2, 0, 1],
            id="devices shuffled",
        ),
        pytest.param([device("a"), device("b")], ["b"], "exact", [1], id="a device without result"),
        pytest.param([device("a"), device("b")], [], "exact", [], id="devices without any result"),
        pytest.param(["u", "v"], ["a", "b"], "positional", [0, 1], id="as many results as users"),
        pytest.param(["u", "v"], [None, None], "positional", [0, 1], id="results that name no device"),
        pytest.param(["u", "v"], ["a", "a"], "positional", [0, 1], id="two users of one device"),
        pytest.param([device("a"), "u"], ["a", "b"], "positional", [0, 1], id="a device and a user"),
        pytest.param(
            [device("a"), "u"], [None, "b"], "positional", [0, 1], id="an unnamed device and a user"
        ),
        pytest.param(
            [device("a"), device("a")], ["a", "a"], "positional", [0, 1], id="the same device twice"
        ),
        pytest.param(
            [device("a"), "owner of a"], ["a", "a"], "positional", [0, 1], id="a device beside its owner"
        ),
        pytest.param(
            [device("a"), "owner of a and b"],
            ["a", "a", "b"],
            "batch",
            [None, None, None],
            id="a device beside its owner, who has two",
        ),
        pytest.param(
            ["owner of a and b", device("a")],
            ["a", "b"],
            "batch",
            [None, None],
            id="results that contradict the order",
        ),
        pytest.param([device("a"), "u"], ["b", "a"], "batch", [None, None], id="results in another order"),
        pytest.param([device("a"), device("a")], ["a"], "batch", [None], id="the same device, answered once"),
        pytest.param(
            [device("a"), device("b")], ["a", "a"], "batch", [None, None], id="a device answered twice"
        ),
        pytest.param(
            [device("a"), device("b")], ["a", "x"], "batch", [None, None], id="a device that nobody named"
        ),
        pytest.param(
            [device("a"), device("b")], ["a", None], "positional", [0, 1], id="devices, one not named"
        ),
        pytest.param(["u", "v"], ["a"], "batch", [None], id="fewer results than users"),
        pytest.param(["u", "v"], ["a", "b", "c"], "batch", [None] * 3, id="more results than users"),
        pytest.param(["u", "v"], [], "batch", [], id="users, and nobody reached"),
    ],
)
def test_a_delivery_belongs_to(
    to: list[str | Target], devices: list[str | None], attribution: str, indices: list[int | None]
) -> None:
    deliveries = reached(*devices)
    assert attribute(deliveries, to) == attribution
    assert [delivery.index for delivery in deliveries] == indices


few = st.sampled_from("abc")


@given(
    st.lists(few | few.map(Target.device), min_size=1, max_size=4),
    st.lists(st.none() | few, max_size=4),
)
def test_what_is_called_exact_is_certain(to: list[str | Target], devices: list[str | None]) -> None:
    deliveries = reached(*devices)
    attribution = attribute(deliveries, to)
    if attribution == "batch":
        assert all(delivery.index is None for delivery in deliveries)
        return
    for delivery in deliveries:
        assert delivery.index is not None
        target = to[delivery.index]
        if attribution == "exact" and len(to) > 1:
            assert target == Target.device(delivery.device_id or "")
            assert to.count(target) == 1
