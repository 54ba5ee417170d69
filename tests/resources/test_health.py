"""`clix.health()`."""

from __future__ import annotations

import pytest

from clix import Clix
from tests.recorder import Recorder, session


@pytest.mark.asyncio(loop_scope="session")
async def test_health_says_what_the_service_says(clix: Clix) -> None:
    health = await clix.health()
    assert (health.msg, health.meta.status) == ("ok", 200)


async def test_health_sends_no_body() -> None:
    recorder = Recorder({"msg": "ok"})
    async with session(recorder) as clix:
        await clix.health()
    assert (recorder.request.method, recorder.request.content) == ("GET", b"")
    assert "content-type" not in recorder.request.headers


@pytest.mark.parametrize("answer", [{}, {"msg": None}])
async def test_health_without_words_is_still_healthy(answer: object) -> None:
    async with session(Recorder(answer)) as clix:
        assert (await clix.health()).msg == ""


async def test_health_keeps_what_it_does_not_know() -> None:
    async with session(Recorder({"msg": "ok", "region": "kr"})) as clix:
        assert (await clix.health()).extra == {"region": "kr"}
