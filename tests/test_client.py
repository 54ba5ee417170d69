"""`Clix`: the session that people hold, and its light copies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from clix import (
    Clix,
    ClixError,
    ConfigurationError,
    SessionStateError,
    Stats,
    Timeout,
    __version__,
)
from tests.recorder import KEY, PROJECT, Recorder, session
from tests.resources.support import CALLS

ANSWER = {"trigger_id": "t-1"}


async def test_a_session_is_entered_and_closes_its_transport() -> None:
    recorder = Recorder()
    clix = session(recorder)
    async with clix as entered:
        assert entered is clix
        assert not clix.is_closed
    assert clix.is_closed
    assert recorder.is_closed


async def test_a_session_works_without_being_entered() -> None:
    recorder = Recorder()
    clix = session(recorder)
    await clix.health()
    await clix.aclose()
    assert len(recorder.requests) == 1


@pytest.mark.parametrize("name", CALLS)
async def test_a_closed_session_refuses_every_call(name: str) -> None:
    recorder = Recorder()
    clix = session(recorder)
    await clix.aclose()
    with pytest.raises(SessionStateError, match="This Clix session is closed; create a new one"):
        await CALLS[name](clix)
    assert recorder.requests == []


# What every request carries


@pytest.mark.parametrize("name", CALLS)
async def test_every_request_carries_both_credentials_and_names_the_sdk(name: str) -> None:
    recorder = Recorder(ANSWER)
    async with session(recorder) as clix:
        await CALLS[name](clix)
    headers = recorder.request.headers
    assert (headers["X-Clix-Project-ID"], headers["X-Clix-API-Key"]) == (PROJECT, KEY)
    assert headers["User-Agent"] == f"clix-sdk-python/{__version__}"
    assert (headers["Accept"], headers["Accept-Encoding"], headers["Host"]) == (
        "application/json",
        "identity",
        "clix.test",
    )


@pytest.mark.parametrize("name", [name for name in CALLS if name not in {"users.delete", "health"}])
async def test_every_body_is_json_of_a_stated_length(name: str) -> None:
    recorder = Recorder(ANSWER)
    async with session(recorder) as clix:
        await CALLS[name](clix)
    request = recorder.request
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Content-Length"] == str(len(request.content))


async def test_no_header_is_sent_twice() -> None:
    recorder = Recorder(ANSWER)
    async with session(recorder, headers={"accept": "text/plain", "USER-AGENT": "shop/1"}) as clix:
        await clix.users.create("u")
    names = [name.lower() for name, _ in recorder.request.headers.raw]
    assert len(names) == len(set(names))
    assert (recorder.request.headers["Accept"], recorder.request.headers["User-Agent"]) == (
        "text/plain",
        "shop/1",
    )


async def test_a_callable_gives_each_request_its_key() -> None:
    keys = iter(["clix_sk_1", "clix_sk_2"])
    recorder = Recorder()
    async with session(recorder, api_key=lambda: next(keys)) as clix:
        await clix.health()
        await clix.health()
    assert [r.headers["X-Clix-API-Key"] for r in recorder.requests] == ["clix_sk_1", "clix_sk_2"]


async def test_a_callable_that_gives_no_key_ends_the_call_before_a_byte_is_sent() -> None:
    recorder = Recorder()
    async with session(recorder, api_key=lambda: f"{KEY}\n") as clix:
        with pytest.raises(ConfigurationError, match="The API key contains") as caught:
            await clix.users.create("u")
    assert recorder.requests == []
    assert (caught.value.operation, KEY in str(caught.value)) == ("users.create", False)


# Copies


async def test_a_copy_shares_the_session_and_its_counters() -> None:
    async with session(Recorder()) as clix:
        copy = clix.with_options(deadline=5)
        await copy.health()
        await clix.health()
        assert (clix.stats.calls, copy.stats.calls) == (2, 2)


async def test_a_copy_is_closed_with_its_original() -> None:
    clix = session(Recorder())
    copy = clix.with_options(deadline=5)
    await clix.aclose()
    assert copy.is_closed
    with pytest.raises(SessionStateError):
        await copy.health()


async def test_a_copy_cannot_close_the_session() -> None:
    recorder = Recorder()
    async with session(recorder) as clix:
        with pytest.raises(SessionStateError, match="close the original"):
            await clix.with_options().aclose()
        with pytest.raises(SessionStateError, match="enter the original"):
            await clix.with_options().__aenter__()
        assert not clix.is_closed
        await clix.health()


async def test_a_copy_has_options_of_its_own() -> None:
    recorder = Recorder()
    async with session(recorder, headers={"X-A": "1", "X-B": "1"}) as clix:
        copy = clix.with_options(headers={"x-a": "2"}, timeout=Timeout(read=7, connect=1))
        await copy.health()
        await clix.health()
    changed, original = recorder.requests
    assert (changed.headers["X-A"], changed.headers["X-B"], original.headers["X-A"]) == ("2", "1", "1")
    assert changed.extensions["timeout"] == {"connect": 1, "write": 30, "read": 7, "pool": None}
    assert original.extensions["timeout"] == {"connect": 5, "write": 30, "read": 30, "pool": None}


async def test_a_copy_of_a_copy_keeps_what_it_does_not_change() -> None:
    recorder = Recorder(status=500)
    async with session(recorder) as clix:
        copy = (
            clix.with_options(max_attempts=1).with_options(headers={"X-A": "1"}).with_options(priority="high")
        )
        with pytest.raises(ClixError):
            await copy.users.create("u")
    assert recorder.request.headers["X-A"] == "1"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"headers": {"X-Clix-API-Key": "clix_sk_other"}}, "headers must not set X-Clix-API-Key"),
        ({"headers": {"x-clix-project-id": "other"}}, "headers must not set x-clix-project-id"),
        ({"headers": {"X-A": "1\r\nX-B: 2"}}, "The value of the header X-A"),
        ({"deadline": 0}, "deadline must be"),
        ({"timeout": "5"}, "timeout must be"),
        ({"max_attempts": 0}, "max_attempts must be"),
        ({"guarantee": "twice"}, "guarantee must be one of"),
        ({"priority": "urgent"}, "priority must be one of"),
    ],
)
async def test_a_copy_refuses_options_that_cannot_be(options: Mapping[str, Any], said: str) -> None:
    async with session(Recorder()) as clix:
        with pytest.raises(ConfigurationError, match=f"^{said}") as caught:
            clix.with_options(**options)
    assert "clix_sk_other" not in str(caught.value)


# Looks


async def test_a_session_shows_its_address_and_whether_it_is_open() -> None:
    clix = session(Recorder())
    assert repr(clix) == "<Clix https://clix.test open>"
    await clix.aclose()
    assert repr(clix) == "<Clix https://clix.test closed>"


def test_a_session_can_be_made_where_no_event_loop_runs() -> None:
    clix = Clix(project_id=PROJECT, api_key=KEY)
    assert clix.stats == Stats()
