"""`clix.campaigns`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from clix import Clix, Target, UnreadableResponseError
from clix.emulator import RunningEmulator
from tests.resources.support import CAMPAIGN, answered, emulated, sent_by


@emulated
async def test_a_trigger_arrives_with_its_targets_and_properties(
    clix: Clix, emulator: RunningEmulator
) -> None:
    triggered = await clix.campaigns.trigger(
        CAMPAIGN,
        targets=["user-1", Target.device("phone-1")],
        properties={"store": "Seongsu", "n": [1, None]},
    )
    (trigger,) = emulator.state.triggers
    assert (triggered.trigger_id, trigger.campaign_id) == (trigger.trigger_id, CAMPAIGN)
    assert (trigger.targets, trigger.broadcast) == (["user-1", "phone-1"], False)
    assert trigger.properties == {"store": "Seongsu", "n": [1, None]}


@emulated
async def test_a_broadcast_arrives(clix: Clix, emulator: RunningEmulator) -> None:
    await clix.campaigns.trigger(CAMPAIGN, broadcast=True)
    assert [trigger.broadcast for trigger in emulator.state.triggers] == [True]


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({}, {}),
        ({"broadcast": True}, {"audience": {"broadcast": True}}),
        ({"broadcast": False}, {"audience": {"broadcast": False}}),
        ({"targets": ("u",)}, {"audience": {"targets": [{"project_user_id": "u"}]}}),
        (
            {"targets": iter([Target.device("d")]), "broadcast": False},
            {"audience": {"broadcast": False, "targets": [{"device_id": "d"}]}},
        ),
        ({"properties": {}}, {"properties": {}}),
    ],
)
async def test_a_trigger_sends_what_was_given_and_nothing_else(
    arguments: Mapping[str, Any], body: object
) -> None:
    assert await sent_by(lambda clix: clix.campaigns.trigger("c", **arguments)) == body


async def test_a_new_field_of_the_audience_leaves_the_targets_in_place() -> None:
    body = await sent_by(
        lambda clix: clix.campaigns.trigger("c", targets=["u"], extra={"audience": {"segment": "vip"}})
    )
    assert body == {"audience": {"targets": [{"project_user_id": "u"}], "segment": "vip"}}


async def test_a_trigger_keeps_what_it_does_not_know() -> None:
    triggered = await answered(
        {"trigger_id": "t-1", "estimate": 12}, lambda clix: clix.campaigns.trigger("c")
    )
    assert (triggered.trigger_id, triggered.extra) == ("t-1", {"estimate": 12})


@pytest.mark.parametrize("answer", [{}, {"trigger_id": None}, {"trigger_id": ""}, {"trigger_id": 5}])
async def test_an_answer_without_a_trigger_id_was_accepted_but_cannot_be_read(answer: object) -> None:
    with pytest.raises(UnreadableResponseError):
        await answered(answer, lambda clix: clix.campaigns.trigger("c"))
