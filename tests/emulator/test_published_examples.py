"""Every exchange that Clix's pages and mobile SDKs show is answered as they show it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from clix.emulator import Emulator
from tests.emulator.support import add_phone

Exchange: TypeAlias = dict[str, Any]

EXCHANGES: list[Exchange] = json.loads(
    (Path(__file__).parents[1] / "data" / "published_examples.json").read_text("utf-8")
)["exchanges"]


def same_shape(expected: object, actual: object) -> bool:
    """Whether the actual value has all that the expected one has, of the same types; ids vary."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(key in actual and same_shape(value, actual[key]) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(same_shape, expected, actual))
    return type(expected) is type(actual)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange["name"])
async def test_a_published_exchange_is_answered_as_published(
    exchange: Exchange, api: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="user_123")
    emulator.state.upsert_user("clix_user", {"age": 25}, emulator.now())

    answer = await api.request(
        exchange["method"],
        exchange["path"],
        content=None if exchange["request"] is None else json.dumps(exchange["request"]),
    )

    media_type = exchange.get("content_type", "application/json")
    assert answer.status_code == exchange["status"]
    assert answer.headers["content-type"] == media_type
    if "response" in exchange:
        body = answer.json() if media_type == "application/json" else answer.text
        assert same_shape(exchange["response"], body), body
    if exchange["status"] >= 400:
        assert answer.text == exchange["response"]
