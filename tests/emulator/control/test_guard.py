from __future__ import annotations

import httpx
import pytest

from clix.emulator import Emulator, EmulatorConfig
from clix.emulator._control.guard import is_known_host
from tests.emulator.support import client_of


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8787", "127.0.0.1:1", "127.9.9.9", "[::1]:8787", "LOCALHOST"]
)
def test_this_machine_is_known_by_its_own_names(host: str) -> None:
    assert is_known_host(EmulatorConfig(), host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8787",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "192.168.0.9",
        ":80",
    ],
)
def test_other_names_are_not_known(host: str) -> None:
    assert not is_known_host(EmulatorConfig(), host)


def test_the_host_that_it_is_bound_to_is_known() -> None:
    assert is_known_host(EmulatorConfig(host="dev.local"), "dev.local:8787")


def test_an_emulator_for_all_interfaces_is_known_by_any_address_but_no_name() -> None:
    config = EmulatorConfig(host="0.0.0.0")
    assert is_known_host(config, "192.168.0.9:8787")
    assert not is_known_host(config, "evil.example")


def test_more_names_can_be_allowed() -> None:
    assert is_known_host(EmulatorConfig(allowed_hosts=("clix-emulator",)), "clix-emulator:8787")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_a_rebound_name_is_refused(api: httpx.AsyncClient, method: str) -> None:
    answer = await api.request(method, "/_emulator/messages", headers={"host": "evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3000"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_page_cannot_change_anything(
    api: httpx.AsyncClient, emulator: Emulator, headers: dict[str, str]
) -> None:
    emulator.state.upsert_user("ann", {}, 0.0)
    answer = await api.post("/_emulator/reset", headers=headers)
    assert answer.status_code == 403
    assert emulator.state.user("ann") is not None


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://localhost"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}],
)
async def test_its_own_page_and_programs_can(api: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await api.post("/_emulator/reset", headers=headers)).status_code == 200


async def test_the_api_itself_can_be_reached_by_any_name() -> None:
    async with client_of(Emulator(EmulatorConfig())) as api:
        answer = await api.get("/api/v1/health", headers={"host": "10.0.2.2:8787"})
    assert answer.status_code == 200
