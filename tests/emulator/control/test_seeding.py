from __future__ import annotations

from pathlib import Path

import httpx
import orjson
import pytest

from clix.emulator import Emulator
from clix.emulator._control.seeding import seed, seed_from_file
from clix.emulator._state.fields import MalformedError
from tests.emulator.support import deliveries, push

SAMPLES = Path(__file__).parents[3] / "examples" / "data"

WORLD = {
    "users": [
        {
            "project_user_id": "ann",
            "properties": {"tier": "gold"},
            "devices": [{"id": "phone", "platform": "IOS"}, {"id": "tablet", "platform": "ANDROID"}],
        },
        {"project_user_id": "bob"},
    ],
    "devices": [{"id": "nobody's"}],
    "campaigns": [{"id": "sale", "title": "Hi"}],
    "faults": [{"status": 500, "times": 1, "operation": "health_check"}],
}


async def test_json_fills_an_emulator(api: httpx.AsyncClient, emulator: Emulator) -> None:
    answer = await api.post("/_emulator/seed", json=WORLD)
    assert answer.json() == {"users": 2, "devices": 3, "campaigns": 1, "faults": 1}
    assert await deliveries(api, push("ann"), push("bob")) == [("phone", None), ("tablet", None)]
    assert emulator.state.campaigns["sale"].name == "sale"
    assert (await api.get("/api/v1/health")).status_code == 500


async def test_a_csv_registers_a_phone_for_each_user(api: httpx.AsyncClient) -> None:
    text = '\ufeffproject_user_id,title\nann,"two\nlines"\nbob,x\nann,again\n,nobody\n'
    answer = await api.post("/_emulator/seed", content=text.encode())
    assert answer.json() == {"users": 2, "devices": 2, "campaigns": 0, "faults": 0}
    assert await deliveries(api, push("ann")) == [("phone-of-ann", None)]


async def test_a_csv_of_devices_registers_each_with_its_fields(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    text = "device_id,project_user_id,platform,model\np1,ann,IOS,iPhone\np2,ann,ANDROID,\np3,,IOS,x\n"
    answer = await api.post("/_emulator/seed", content=text.encode())
    assert answer.json() == {"users": 1, "devices": 2, "campaigns": 0, "faults": 0}
    assert await deliveries(api, push("ann")) == [("p1", None), ("p2", None)]
    assert emulator.state.devices["p1"].fields == {"platform": "IOS", "model": "iPhone"}
    assert emulator.state.devices["p2"].fields == {"platform": "ANDROID"}


@pytest.mark.parametrize("name", ["audience.csv", "devices.csv"])
def test_the_sample_files_can_be_loaded(emulator: Emulator, name: str) -> None:
    counts = seed_from_file(emulator, SAMPLES / name)
    assert counts["users"] == len(emulator.state.users) > 1_000
    assert counts["devices"] == len(emulator.state.devices) >= counts["users"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"name,title\na,b\n",
        b"\xff\xfe\x00",
        b"project_user_id\n\xff",
        b"project_user_id,device_id\nann,\n",
        orjson.dumps({**WORLD, "campaigns": [{"title": "no id"}]}),
        orjson.dumps({**WORLD, "faults": [{"status": 1}]}),
        orjson.dumps({**WORLD, "users": [{"properties": {}}]}),
        orjson.dumps({**WORLD, "user": []}),
    ],
)
def test_what_cannot_be_read_adds_nothing(emulator: Emulator, data: bytes) -> None:
    with pytest.raises(MalformedError):
        seed(emulator, data)
    assert (len(emulator.state.users), emulator.faults.rules) == (0, [])


def test_the_error_names_the_file(emulator: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text("{")
    with pytest.raises(MalformedError, match=r"world\.json"):
        seed_from_file(emulator, path)
