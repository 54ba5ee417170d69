"""`clix.users`."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from clix import Clix, Fate, InvalidRequestError, NotFoundError
from clix._values.json import Scalar
from clix.emulator import RunningEmulator
from tests.recorder import Recorder, session
from tests.resources.support import answered, emulated, sent_by


@emulated
async def test_a_created_user_is_stored_and_returned(clix: Clix, emulator: RunningEmulator) -> None:
    properties: dict[str, Scalar] = {
        "tier": "gold",
        "age": 25,
        "score": 0.5,
        "premium": True,
        "nickname": None,
    }
    created = await clix.users.create("user-1", properties)
    stored = emulator.state.user("user-1")
    assert stored is not None
    assert (created.project_user_id, created.properties, stored.properties) == (
        "user-1",
        properties,
        properties,
    )


@emulated
async def test_creating_a_user_again_updates_it(clix: Clix, emulator: RunningEmulator) -> None:
    await clix.users.create("user-1", {"tier": "gold", "age": 25})
    await clix.users.create("user-1", {"age": 26})
    stored = emulator.state.user("user-1")
    assert stored is not None
    assert stored.properties == {"tier": "gold", "age": 26}


@emulated
async def test_an_update_changes_what_is_given(clix: Clix, emulator: RunningEmulator) -> None:
    await clix.users.create("user-1", {"tier": "gold", "age": 25})
    updated = await clix.users.update("user-1", {"tier": None})
    stored = emulator.state.user("user-1")
    assert stored is not None
    assert updated.properties == {"tier": None}
    assert stored.properties == {"tier": None, "age": 25}


@emulated
async def test_updating_an_unknown_user_is_not_found(clix: Clix) -> None:
    with pytest.raises(NotFoundError) as caught:
        await clix.users.update("nobody", {"tier": "gold"})
    assert (caught.value.operation, caught.value.fate, caught.value.body) == (
        "users.update",
        Fate.REJECTED,
        "",
    )


@emulated
async def test_a_deleted_user_is_gone(clix: Clix, emulator: RunningEmulator) -> None:
    await clix.users.create("user-1")
    deleted = await clix.users.delete("user-1")
    assert (emulator.state.user("user-1"), deleted.meta.status) == (None, 200)


@emulated
async def test_deleting_an_absent_user_succeeds(clix: Clix) -> None:
    assert (await clix.users.delete("nobody")).meta.status == 200


async def test_properties_left_out_are_not_sent() -> None:
    assert await sent_by(lambda clix: clix.users.create("user-1")) == {"project_user_id": "user-1"}


async def test_no_properties_are_sent_as_none() -> None:
    assert await sent_by(lambda clix: clix.users.create("user-1", {})) == {
        "project_user_id": "user-1",
        "properties": {},
    }


async def test_properties_may_be_any_mapping() -> None:
    properties = MappingProxyType({"tier": "gold"})
    assert await sent_by(lambda clix: clix.users.update("user-1", properties)) == {
        "properties": {"tier": "gold"}
    }


async def test_an_update_without_properties_is_refused() -> None:
    recorder = Recorder()
    async with session(recorder) as clix:
        with pytest.raises(InvalidRequestError, match="properties must be a mapping"):
            await clix.users.update("user-1", None)  # type: ignore[arg-type]
    assert recorder.requests == []


async def test_a_delete_that_is_answered_with_nothing_succeeded() -> None:
    async with session(Recorder(status=204, content=b"")) as clix:
        assert (await clix.users.delete("user-1")).meta.status == 204


async def test_a_user_is_answered_with_what_the_server_says() -> None:
    user = await answered(
        {"properties": {"tier": "gold"}, "user_id": "u-1"},
        lambda clix: clix.users.create("user-1", {"age": 1}),
    )
    assert (user.properties, user.extra) == ({"tier": "gold"}, {"user_id": "u-1"})


async def test_what_the_answer_to_a_delete_says_is_kept() -> None:
    deleted = await answered({"deleted": 1}, lambda clix: clix.users.delete("user-1"))
    assert deleted.extra == {"deleted": 1}
