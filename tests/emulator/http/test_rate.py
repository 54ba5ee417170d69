from __future__ import annotations

import httpx

from clix.emulator import Emulator, EmulatorConfig
from clix.emulator._http.rate import RateLimits, TokenBucket
from tests.emulator.support import HEADERS, START, Clock, client_of

HEALTH = "/api/v1/health"


def rate_headers(answer: httpx.Response) -> list[int]:
    return [int(answer.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset")]


async def test_every_answer_tells_the_state_of_the_bucket(api: httpx.AsyncClient) -> None:
    assert rate_headers(await api.get(HEALTH)) == [1_000, 999, int(START) + 2]
    assert rate_headers(await api.get("/api/v1/unknown")) == [1_000, 999, int(START) + 2]
    assert rate_headers(await api.delete(HEALTH)) == [1_000, 999, int(START) + 2]
    assert rate_headers(await api.post("/api/v1/users", content="{")) == [1_000, 998, int(START) + 2]


async def test_an_empty_bucket_is_a_429_that_processes_nothing(clock: Clock) -> None:
    emulator = Emulator(EmulatorConfig(rate_limit=2, clock=clock.time))
    async with client_of(emulator) as api:
        answers = [await api.post("/api/v1/users", json={"project_user_id": f"u{n}"}) for n in range(3)]
        last = answers[-1]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert last.json() == {"error": "Too Many Requests"}
        assert (last.headers["content-type"], last.headers["retry-after"]) == ("application/json", "1")
        assert rate_headers(last) == [2, 0, int(START) + 2]
        assert len(emulator.state.users) == 2

        clock.now += 1.0
        assert (await api.get(HEALTH)).status_code == 200


async def test_projects_have_buckets_of_their_own(clock: Clock) -> None:
    async with client_of(Emulator(EmulatorConfig(rate_limit=1, clock=clock.time))) as api:
        await api.get(HEALTH)
        other = await api.get(HEALTH, headers={**HEADERS, "X-Clix-Project-ID": "other"})
        assert other.status_code == 200


async def test_without_a_limit_there_are_no_headers_and_no_429s() -> None:
    async with client_of(Emulator(EmulatorConfig(rate_limit=None))) as api:
        answers = [await api.get(HEALTH) for _ in range(5)]
    assert all(answer.status_code == 200 for answer in answers)
    assert not any(name.startswith("x-ratelimit") for name in answers[0].headers)


async def test_a_request_without_its_headers_takes_no_token(
    emulator: Emulator, api: httpx.AsyncClient
) -> None:
    async with client_of(emulator, **{"X-Clix-Project-ID": "project"}) as stranger:
        await stranger.get(HEALTH)
    assert rate_headers(await api.get(HEALTH))[1] == 999


def test_a_bucket_is_filled_one_second_after_its_first_token() -> None:
    bucket = TokenBucket(3)
    assert [bucket.take(now).remaining for now in (10.0, 10.5, 10.999, 11.0)] == [2, 1, 0, 2]


def test_looking_takes_nothing() -> None:
    bucket = TokenBucket(3)
    assert [bucket.look(10.0).remaining for _ in range(5)] == [3] * 5


def test_a_clock_that_is_set_back_does_not_close_the_bucket_for_long() -> None:
    bucket = TokenBucket(1)
    bucket.take(1_000.0)
    assert bucket.take(10.0).retry_after is None


def test_buckets_of_many_projects_do_not_pile_up() -> None:
    limits = RateLimits(1)
    for number in range(3_000):
        limits.take(f"project {number}", 10.0)
    assert len(limits._buckets) <= 1_000
