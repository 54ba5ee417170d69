from __future__ import annotations

import httpx
import pytest

from clix.emulator import Emulator, EmulatorConfig
from clix.emulator._api import OPERATIONS
from clix.emulator._api.operation import Operation
from clix.emulator._state.names import OPERATION_NAMES
from tests.emulator.support import HEADERS, client_of

PROJECT, KEY = "X-Clix-Project-ID", "X-Clix-API-Key"


def path_of(operation: Operation) -> str:
    return (
        operation.path.replace("{project_user_id}", "u")
        .replace("{device_id}", "d")
        .replace("{campaign_id}", "c")
    )


def test_every_operation_has_a_name_that_faults_can_use() -> None:
    assert {operation.name for operation in OPERATIONS} == set(OPERATION_NAMES)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
@pytest.mark.parametrize(
    ("missing", "text"), [(PROJECT, "Missing project id"), (KEY, "Missing API key")], ids=["project", "key"]
)
async def test_both_headers_are_needed_everywhere(
    emulator: Emulator, operation: Operation, missing: str, text: str
) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != missing}
    async with client_of(emulator, **headers) as api:
        answer = await api.request(operation.method, path_of(operation))
    assert (answer.status_code, answer.text) == (401, text)
    assert answer.headers["content-type"] == "text/plain"


async def test_the_health_check_hides_from_those_without_any_header(emulator: Emulator) -> None:
    async with client_of(emulator, accept="*/*") as api:
        answer = await api.get("/api/v1/health")
    assert (answer.status_code, answer.content) == (404, b"")


async def test_the_health_check_answers(api: httpx.AsyncClient) -> None:
    assert (await api.get("/api/v1/health")).json() == {"msg": "ok"}


@pytest.mark.parametrize(
    ("config", "status"),
    [
        (EmulatorConfig(), 200),
        (EmulatorConfig(project_id="project", api_key="clix_sk_test"), 200),
        (EmulatorConfig(project_id="other"), 401),
        (EmulatorConfig(api_key="other"), 401),
    ],
)
async def test_a_configured_project_and_key_are_the_only_ones(config: EmulatorConfig, status: int) -> None:
    async with client_of(Emulator(config)) as api:
        assert (await api.get("/api/v1/health")).status_code == status


@pytest.mark.parametrize(("path", "status"), [("/api/v1/users", 401), ("/api/v1/devices", 200)])
async def test_a_public_key_cannot_do_everything_if_so_configured(path: str, status: int) -> None:
    emulator = Emulator(EmulatorConfig(require_secret_key=True))
    async with client_of(emulator, **{PROJECT: "p", KEY: "clix_pk_1"}) as api:
        answer = await api.post(path, json={"project_user_id": "ann", "devices": [{"id": "d"}]})
    assert answer.status_code == status
