"""What a crash reporter with Sentry's defaults sends: the message and the local variables of every frame."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import clix as package
from clix import Clix, ClixError, ClixSync, ConfigurationError
from clix.webhooks import WebhookReceiver
from tests.faults import Answer, FaultServer, ReadThenSilence
from tests.paths import both_paths
from tests.skipping import skipping_clix

CANARY = "clix_sk_canary_4711"
OURS = str(Path(package.__file__).parent)


def sent_of(error: BaseException) -> str:
    """The texts, and the local variables of our own frames; those of the test hold the canary on purpose."""
    texts = [
        text
        for frame in frames_of(error)
        if frame.f_code.co_filename.startswith(OURS)
        for text in values_of(frame.f_locals)
    ]
    return "\n".join([*traceback.format_exception_only(error), *texts])


def frames_of(error: BaseException | None) -> Iterator[FrameType]:
    while error is not None:
        yield from (frame for frame, _ in traceback.walk_tb(error.__traceback__))
        error = error.__cause__ or error.__context__


def values_of(value: object, depth: int = 0) -> Iterator[str]:
    """As Sentry serialises: containers are entered, and of everything else the repr is taken."""
    if isinstance(value, Mapping) and depth < 4:
        for name, item in value.items():
            yield repr(name)
            yield from values_of(item, depth + 1)
    elif isinstance(value, list | tuple | set) and depth < 4:
        for item in value:
            yield from values_of(item, depth + 1)
    else:
        yield repr(value)


REFUSED: dict[str, dict[str, Any]] = {
    "no project": {"project_id": None},
    "a bad project": {"project_id": "two words"},
    "a base URL that is none": {"base_url": "api.clix.so"},
    "a base URL with a password": {"base_url": f"https://joe:{CANARY}@api.clix.so"},
    "a base URL in clear": {"base_url": "http://api.clix.so"},
    "a proxy that is none": {"proxy": f"gopher://joe:{CANARY}@proxy"},
    "a proxy with a bad port": {"proxy": f"http://joe:{CANARY}@proxy:99999"},
    "a key with a line break": {"api_key": f"{CANARY}\n"},
    "a key of bytes": {"api_key": CANARY.encode()},
    "a key in a list": {"api_key": [CANARY]},
    "a header with a line break": {"headers": {"X-Gateway": f"{CANARY}\n"}},
    "a header that is ours": {"headers": {"X-Clix-API-Key": CANARY}},
    "no mapping of headers": {"headers": [("X-Gateway", CANARY)]},
    "a drain timeout": {"drain_timeout": -1},
    "a count": {"max_connections": 0},
    "attempts": {"max_attempts": 0},
    "a timeout": {"timeout": -1},
    "a deadline": {"deadline": -1},
    "a guarantee": {"guarantee": "twice"},
    "a transport": {"transport": object()},
    "a TLS context": {"ssl_context": object()},
    "an argument that there is not": {"api_keys": CANARY},
}


@pytest.mark.parametrize("session", [Clix, ClixSync])
@pytest.mark.parametrize("name", REFUSED)
def test_what_a_constructor_refuses_shows_no_secret(session: Callable[..., object], name: str) -> None:
    with pytest.raises((ConfigurationError, TypeError)) as caught:
        session(**{"project_id": "p", "api_key": CANARY} | REFUSED[name])
    assert CANARY not in sent_of(caught.value)


@pytest.mark.parametrize("session", [Clix, ClixSync])
def test_a_key_given_by_position_is_not_shown(session: Callable[..., object]) -> None:
    with pytest.raises(TypeError) as caught:
        session(CANARY)
    assert CANARY not in sent_of(caught.value)


@pytest.mark.parametrize("session", [Clix, ClixSync])
def test_the_environment_s_key_and_proxy_are_not_shown(
    session: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIX_API_KEY", CANARY)
    with pytest.raises(ConfigurationError) as caught:
        session()
    assert CANARY not in sent_of(caught.value)
    monkeypatch.setenv("CLIX_PROJECT_ID", "p")
    monkeypatch.setenv("HTTPS_PROXY", f"http://joe:{CANARY}@proxy:port")
    with pytest.raises(ConfigurationError) as caught:
        session(trust_env=True)
    assert CANARY not in sent_of(caught.value)


async def test_options_of_a_copy_are_not_shown() -> None:
    async with Clix(project_id="p", api_key=CANARY) as clix:
        with pytest.raises(ConfigurationError) as caught:
            clix.with_options(headers={"X-Gateway": f"{CANARY}\n"})
    assert CANARY not in sent_of(caught.value)


def test_the_value_of_a_webhook_s_header_is_not_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        WebhookReceiver(secrets=[CANARY, ""], dedupe=":memory:")
    assert CANARY not in sent_of(caught.value)


@pytest.mark.parametrize("returned", [f"{CANARY}\n", CANARY.encode(), [CANARY]])
async def test_a_bad_key_of_a_callable_is_not_shown(returned: Any) -> None:
    async with FaultServer() as server:
        async with skipping_clix(server.url, api_key=lambda: returned) as clix:
            with pytest.raises(ClixError) as caught:
                await clix.messages.send("user", title="t")
    assert CANARY not in sent_of(caught.value)
    assert server.received == []


@both_paths
@pytest.mark.parametrize("status", [302, 400, 401, 429, 500])
async def test_a_refused_call_shows_no_key(status: int) -> None:
    async with FaultServer(
        default=Answer(status, body=CANARY.encode(), headers=[("retry-after", "99")])
    ) as server:
        async with skipping_clix(server.url, api_key=CANARY, headers={"X-Gateway": CANARY}) as clix:
            with pytest.raises(ClixError) as caught:
                await clix.messages.send("user", title="t")
    assert CANARY not in sent_of(caught.value)


@both_paths
async def test_a_cancelled_call_shows_no_key() -> None:
    async with FaultServer([ReadThenSilence()]) as server:
        async with Clix(project_id="p", api_key=CANARY, base_url=server.url) as clix:
            task = asyncio.create_task(clix.messages.send("user", title="t"))
            while not server.received:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.005)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
    assert CANARY not in sent_of(caught.value)


def test_frames_above_a_constructor_are_kept() -> None:
    """Only our own are dropped: an error that was being handled keeps its place."""

    def fail() -> None:
        raise KeyError("handled")

    def construct_while_handling() -> None:
        try:
            fail()
        except KeyError:
            Clix(project_id="p", api_key=CANARY, max_attempts=0)

    with pytest.raises(ConfigurationError) as caught:
        construct_while_handling()
    assert isinstance(caught.value.__context__, KeyError)
    assert caught.value.__context__.__traceback__ is not None


@pytest.mark.parametrize("session", [Clix, ClixSync])
def test_a_session_that_is_not_ready_has_a_repr(session: type[Clix | ClixSync]) -> None:
    assert repr(session.__new__(session)) == f"<{session.__name__} not ready>"
