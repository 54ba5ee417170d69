"""OpenTelemetry's httpx instrumentation sees every request, whenever it began, and no key."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from clix import Clix, Fate, InDoubtError, NotSentError, Timeout
from tests.engine.mocking import send_on_own_connections
from tests.faults import Answer, FaultServer, ReadThenSilence, Refuse

KEY = "clix_sk_canary"


@contextmanager
def instrumented() -> Generator[InMemorySpanExporter, None, None]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        yield exporter
    finally:
        instrumentor.uninstrument()
        provider.shutdown()


def session(server: FaultServer, **options: Any) -> Clix:
    return Clix(project_id="p", api_key=KEY, base_url=server.url, **options)


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


async def test_a_session_made_while_instrumented_has_spans() -> None:
    async with FaultServer() as server:
        with instrumented() as spans:
            async with session(server) as clix:
                await clix.messages.send("u", title="t")
        (span,) = spans.get_finished_spans()

    assert attributes(span)["http.method"] == "POST"
    assert attributes(span)["http.status_code"] == 200
    assert KEY not in span.to_json()


async def test_a_session_made_before_has_spans_and_afterwards_its_own_connections() -> None:
    async with FaultServer() as server, session(server) as clix:
        await send_on_own_connections(clix, server)
        with instrumented() as spans:
            await clix.messages.send("u", title="t")
            await clix.messages.send("u", title="t")
            assert len(spans.get_finished_spans()) == 2
        await send_on_own_connections(clix, server)
        assert len(spans.get_finished_spans()) == 2


async def test_the_context_of_a_trace_reaches_the_server() -> None:
    async with FaultServer() as server, session(server) as clix:
        with instrumented():
            await clix.messages.send("u", title="t")

        assert server.received[0].headers["traceparent"].startswith("00-")


async def test_each_attempt_has_a_span() -> None:
    async with FaultServer([Answer(429, headers=[("retry-after", "0")])]) as server:
        with instrumented() as spans:
            async with session(server) as clix:
                await clix.messages.send("u", title="t")
        statuses = [attributes(span)["http.status_code"] for span in spans.get_finished_spans()]

    assert statuses == [429, 200]


async def test_fates_are_the_same_while_instrumented() -> None:
    async with FaultServer([ReadThenSilence()]) as server:
        with instrumented():
            async with session(server, max_attempts=1, timeout=Timeout(read=0.05)) as clix:
                with pytest.raises(InDoubtError):
                    await clix.messages.send("u", title="t")
    async with FaultServer([Refuse(30)]) as server:
        with instrumented():
            async with session(server, max_attempts=1) as clix:
                with pytest.raises(NotSentError) as caught:
                    await clix.messages.send("u", title="t")
    assert caught.value.fate is Fate.NOT_SENT


def test_clix_is_first_imported_while_instrumented() -> None:
    program = (
        "import asyncio, sys\n"
        "from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor\n"
        "from opentelemetry.sdk.trace import TracerProvider\n"
        "from opentelemetry.sdk.trace.export import SimpleSpanProcessor\n"
        "from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter\n"
        "from tests.engine.mocking import send_on_own_connections\n"
        "from tests.faults import FaultServer\n"
        "exporter, provider = InMemorySpanExporter(), TracerProvider()\n"
        "provider.add_span_processor(SimpleSpanProcessor(exporter))\n"
        "instrumentor = HTTPXClientInstrumentor()\n"
        "instrumentor.instrument(tracer_provider=provider)\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] == 'clix']\n"
        "from clix import Clix\n"
        "async def main():\n"
        "    async with FaultServer() as server:\n"
        "        async with Clix(project_id='p', api_key='clix_sk_1', base_url=server.url) as clix:\n"
        "            await clix.messages.send('u', title='t')\n"
        "            assert len(exporter.get_finished_spans()) == 1\n"
        "            instrumentor.uninstrument()\n"
        "            await send_on_own_connections(clix, server)\n"
        "            assert len(exporter.get_finished_spans()) == 1\n"
        "asyncio.run(main())\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


async def test_what_replaces_a_clients_send_sees_requests_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Sentry's integration does."""
    seen: list[str] = []
    send = httpx.AsyncClient.send

    async def observed(self: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        seen.append(request.method)
        return await send(self, request, **options)

    async with FaultServer() as server, session(server) as clix:
        monkeypatch.setattr(httpx.AsyncClient, "send", observed)
        await clix.messages.send("u", title="t")
        assert seen == ["POST"]
        monkeypatch.undo()
        await send_on_own_connections(clix, server)


async def test_no_line_of_httpx_shows_an_id_or_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FaultServer(default=Answer(200, headers=[("x-echo", KEY)], body=b"{}")) as server:
        with instrumented():
            async with session(server) as clix:
                await clix.users.delete("user-canary")

    lines = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert not [line for line in lines if KEY in line or "user-canary" in line]
