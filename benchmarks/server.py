"""A server that is fast enough not to be the limit: it answers what each SDK expects, from bytes made in advance.

Usage: python -m benchmarks.server [CERTIFICATE]    (prints its URL, with a certificate also that for TLS; serves until
its standard input ends)
"""

from __future__ import annotations

import asyncio
import functools
import json
import ssl
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import trustme
from attrs import frozen

HEAD = (
    b"HTTP/1.1 200 OK\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\ncontent-type: application/json\r\n"
    b"x-request-id: 01b9d2f4-5c7e-4a52-9f0c-4f6d1b7a3e21\r\nx-ratelimit-limit: 1000\r\n"
    b"x-ratelimit-remaining: 999\r\nx-ratelimit-reset: 1767225601\r\ncontent-length: %d\r\n\r\n"
)
"""What Clix sends with every answer; all sides read the same."""

COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1767225600,
    "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "On its way."}}
    ],
    "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
}
OF_PEERS = {
    b"/chat/completions": COMPLETION,
    b"/v1/workflows/shipped/trigger": {"workflow_run_id": "0d9e7c33-9b1e-4d9c-8a39-24f0b8a6a9c1"},
    b"/send": {"requestId": "1-65e2f5d2-4bb3c86bd1c3c1d7d9c0a0f1"},
    b"/v1/customers": {"id": "cus_1", "object": "customer", "email": "user_123@example.com", "metadata": {}},
    b"/v1/projects/p/messages:send": {"name": "projects/p/messages/1767225600000000"},
}
"""Path to answer. Each peer gets a small answer of the shape that it parses."""


def _whole(answer: object) -> bytes:
    body = json.dumps(answer, separators=(",", ":")).encode()
    return HEAD % len(body) + body


@functools.cache
def clix_answer(targets: int) -> bytes:
    """The same results for every request with as many targets."""
    results = [
        {
            "message_id": str(uuid.uuid4()),
            "status": "DELIVERY_RESULT_STATUS_SUCCEED",
            "additional_params": {
                "device_id": str(uuid.uuid4()),
                "fcm_message_id": f"projects/p/messages/{uuid.uuid4()}",
            },
        }
        for _ in range(targets)
    ]
    return _whole({"delivery_results": results})


_PEER_ANSWERS = {path: _whole(answer) for path, answer in OF_PEERS.items()}


class Loopback(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connected."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio gives
        self._transport = transport
        self._buffer = bytearray()

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while (end := self._request_end()) and len(self._buffer) >= end:
            self._transport.write(self._answer(end))
            del self._buffer[:end]

    def _answer(self, end: int) -> bytes:
        path = bytes(self._buffer[: self._buffer.index(b"\r\n")].split(b" ")[1])
        return _PEER_ANSWERS.get(path) or clix_answer(self._buffer.count(b'"target"', 0, end))

    def _request_end(self) -> int:
        """Where the first request ends; 0 while its head is not complete."""
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return 0
        head = bytes(self._buffer[:head_end]).lower()
        length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        return head_end + 4 + int(length or 0)


@frozen
class Server:
    """A server in a process of its own."""

    url: str
    process_id: int
    tls_url: str = ""
    authority: str = ""
    """The file with the certificate of who signed the server's."""

    def client_context(self) -> ssl.SSLContext:
        """What trusts it."""
        return ssl.create_default_context(cafile=self.authority)

    def cpu_seconds(self) -> float:
        """What it has used since its start (Linux: the clock of another process, see clock_getcpuclockid)."""
        return time.clock_gettime(~self.process_id << 3 | 2)


@contextmanager
def loopback_server() -> Generator[Server, None, None]:
    """The server of this module, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        certificate, signer = Path(folder) / "certificate.pem", Path(folder) / "authority.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(signer))
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
        with started([sys.executable, "-m", "benchmarks.server", str(certificate)]) as process:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            url, tls_url = (process.stdout.readline().strip() for _ in range(2))
            yield Server(url, process.pid, tls_url, str(signer))


@contextmanager
def started(command: list[str]) -> Generator[subprocess.Popen[str], None, None]:
    """A process whose output is read, and that is ended with the block; its standard input ends with this process."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603 - our own modules
        try:
            yield process
        finally:
            process.terminate()


async def main(certificate: str | None) -> None:
    """Serve on free ports, and no longer than whoever started it lives."""
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Loopback, "127.0.0.1", 0)]
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        servers.append(await loop.create_server(Loopback, "127.0.0.1", 0, ssl=context))
    for scheme, server in zip(("http", "https"), servers, strict=False):
        host, port = server.sockets[0].getsockname()
        print(f"{scheme}://{host}:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
