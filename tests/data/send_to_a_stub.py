"""Send one notification with the installed SDK to a stub of Clix in this process, and say what came of it."""

import asyncio
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from clix import Clix

ANSWER = {"delivery_results": [{"message_id": "m-1", "status": "DELIVERY_RESULT_STATUS_SUCCEED"}]}


class StubOfClix(BaseHTTPRequestHandler):
    """Answers every POST as Clix answers a send that succeeded."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


async def send(base_url: str) -> None:
    async with Clix(project_id="project", api_key="clix_sk_key", base_url=base_url) as clix:
        sent = await clix.messages.send(to="user_123", title="Hello")
    print("accepted", sent.deliveries[0].message_id)  # noqa: T201


with HTTPServer(("127.0.0.1", 0), StubOfClix) as server:
    Thread(target=server.serve_forever, daemon=True).start()
    asyncio.run(send(f"http://127.0.0.1:{server.server_port}"))
    server.shutdown()
