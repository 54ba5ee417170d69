"""One line for each attempt that was answered, and what it must not hold."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import pytest

from clix import Clix, ClixError, PushNotification, SendResult
from tests.faults import Answer, Fault, FaultServer, Ok, ReadThenSilence
from tests.paths import both_paths
from tests.skipping import skipping_clix

ATTEMPT = re.compile(
    r"(GET|POST|PATCH|PUT|DELETE) (/[\w/:{}-]*) attempt (\d+): (\d{3}|\w+: .*), "
    r"(accepted|rejected|in_doubt|not_sent), request id (\S+), \d+\.\d{3} s"
)


def attempts_in(caplog: pytest.LogCaptureFixture) -> list[tuple[str, ...]]:
    """Method, path, attempt, status, fate and request id of each line about an attempt."""
    found = [ATTEMPT.fullmatch(record.getMessage()) for record in caplog.records if record.name == "clix"]
    return [match.groups() for match in found if match is not None]


@both_paths
async def test_each_answered_attempt_has_a_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "clix")
    script: list[Fault] = [
        Answer(503, headers=[("x-request-id", "first")]),
        Ok(),
        Answer(404),
        Ok(),
        Ok(),
        Ok(),
    ]
    async with FaultServer(script) as server:
        async with skipping_clix(server.url) as clix:
            sent = await clix.messages.send("user-private", title="title-private")
            with pytest.raises(ClixError):
                await clix.users.update("user-private", {"a": "value-private"})
            await clix.users.delete("user-private")
            await clix.messages.send_batch([PushNotification("user-private", title="title-private")])
            await clix.health()

    send, users = "/api/v1/messages:send", "/api/v1/users/{project_user_id}"
    lines = attempts_in(caplog)
    assert [line[:5] for line in lines[:4]] == [
        ("POST", send, "1", "503", "in_doubt"),
        ("POST", send, "2", "200", "accepted"),
        ("PATCH", users, "1", "404", "rejected"),
        ("DELETE", users, "1", "200", "accepted"),
    ]
    assert len(lines) == len(server.received) == 6
    assert [line[5] for line in lines[:2]] == ["first", str(sent.meta.request_id)]
    assert "private" not in caplog.text


async def test_an_accepted_attempt_is_no_news_at_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "clix")
    async with FaultServer() as server:
        async with skipping_clix(server.url) as clix:
            await clix.messages.send("user", title="t")
    assert caplog.text == ""


async def test_an_answer_that_cannot_be_read_has_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "clix")
    async with FaultServer([Answer(200, body=b"[]", headers=[("x-request-id", "r")])]) as server:
        async with skipping_clix(server.url) as clix:
            with pytest.raises(ClixError):
                await clix.messages.send("user", title="t")
    assert len(attempts_in(caplog)) == 1


class _Broken(logging.Handler):
    def handle(self, record: logging.LogRecord) -> bool:
        raise OSError(f"no space left for {record.levelname}")


@pytest.mark.parametrize("status", [200, 503])
async def test_a_log_that_cannot_be_written_changes_no_outcome(status: int) -> None:
    logger, broken = logging.getLogger("clix"), _Broken()
    logger.addHandler(broken)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    outcomes: list[object] = []
    try:
        async with FaultServer(default=Ok() if status == 200 else Answer(503)) as server:
            async with skipping_clix(server.url, max_attempts=2, on_outcome=_raise) as clix:
                try:
                    outcomes.append(await clix.messages.send("user", title="t"))
                except ClixError as error:
                    outcomes.append(error.fate)
    finally:
        logger.removeHandler(broken)
        logger.setLevel(level)
    assert outcomes == ["in_doubt"] or isinstance(outcomes[0], SendResult)
    assert len(server.received) == (1 if status == 200 else 2)


def _raise(_: object) -> None:
    raise RuntimeError("a callback of the application")


async def test_the_environment_turns_the_log_on_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logger = logging.getLogger("clix")
    handlers, level = logger.handlers[:], logger.level
    monkeypatch.setenv("CLIX_LOG", "debug")
    try:
        async with FaultServer() as server:
            for _ in range(2):
                async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
                    await clix.messages.send("user", title="t")
    finally:
        logger.handlers[:] = handlers
        logger.setLevel(level)
    assert (
        len(re.findall(r" DEBUG clix POST /api/v1/messages:send attempt 1: 200", capsys.readouterr().err))
        == 2
    )


# The page


def shape(line: str) -> str:
    """A line without what differs from call to call."""
    line = re.sub(r"request id \S+,", "request id *,", line)
    line = re.sub(r"cannot connect to .*, not_sent", "cannot connect to *, not_sent", line)
    return re.sub(r"\d+", "0", line)


def documented() -> set[str]:
    page = (Path(__file__).parents[2] / "docs" / "logging.md").read_text("utf-8")
    return {shape(line) for line in page.split("```text\n")[1].split("```")[0].splitlines()}


async def test_the_page_shows_each_kind_of_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "clix")
    script: list[Fault] = [Answer(503), Ok(), Answer(404), Answer(504), ReadThenSilence()]
    async with FaultServer(script, default=ReadThenSilence()) as server:
        async with skipping_clix(server.url, on_outcome=_raise, drain_timeout=0) as clix:
            await clix.messages.send("user", title="t")
            with pytest.raises(ClixError):
                await clix.users.update("user", {"a": 1})
            with pytest.raises(ClixError):
                await clix.messages.send("user", title="t")
            for cancelled in (True, False):
                calls = [asyncio.create_task(clix.messages.send("user", title="t")) for _ in range(2)]
                while clix.stats.in_flight < 2:  # noqa: ASYNC110 - the session has no event for it
                    await asyncio.sleep(0.005)
                await asyncio.sleep(0.05)
                if cancelled:
                    for call in calls:
                        call.cancel()
                    await asyncio.gather(*calls, return_exceptions=True)
        await asyncio.gather(*calls, return_exceptions=True)
    async with FaultServer() as gone:
        url = gone.url
    async with skipping_clix(url, max_attempts=1) as clix:
        with pytest.raises(ClixError):
            await clix.messages.send("user", title="t")

    seen = {shape(f"{record.levelname} {record.name} {record.getMessage()}") for record in caplog.records}
    assert documented() <= seen
