"""A headless Chromium, driven over a pipe by the DevTools protocol: no driver and no further package needed."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Final

CHROMIUM: Final = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
WAIT_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.03
_READ_BYTES: Final = 1 << 16
_OPTIONS: Final = (
    "--headless",
    "--no-sandbox",  # Where tests run as root there is no other way; only our own page is opened.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_IS_READY: Final = (
    "document.readyState === 'complete' && document.documentElement.dataset.ready !== undefined"
)
_TEXTS: Final = {"Enter": "\r"}
_CODES: Final = {"Enter": 13, "Escape": 27}


class BrowserError(Exception):
    """The browser refused a command, or a script in the page failed."""


class Browser:
    """A running browser."""

    def __init__(self, reader: asyncio.StreamReader, writing_end: int) -> None:
        self._writing_end = writing_end
        self._ids = itertools.count(1)
        self._pending: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}
        self._reading = asyncio.create_task(self._read(reader))

    async def call(self, method: str, *, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer. Raises BrowserError."""
        number = next(self._ids)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        command: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session is not None:
            command["sessionId"] = session
        data = json.dumps(command).encode() + b"\0"
        await asyncio.to_thread(_write_all, self._writing_end, data)
        async with asyncio.timeout(WAIT_SECONDS):
            return await answer

    async def new_page(self) -> Page:
        """An empty page."""
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = self._pages[attached["sessionId"]] = Page(self, attached["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            await page.call(f"{domain}.enable")
        return page

    async def aclose(self) -> None:
        """Let go of the pipe."""
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        os.close(self._writing_end)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        waiting = b""
        while chunk := await reader.read(_READ_BYTES):
            *messages, waiting = (waiting + chunk).split(b"\0")
            for message in messages:
                self._take(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        answer = self._pending.pop(message.get("id", 0), None)
        if answer is None:
            page = self._pages.get(message.get("sessionId", ""))
            if page is not None:
                page.hear(message["method"], message["params"])
        elif answer.cancelled():
            return
        elif "error" in message:
            answer.set_exception(BrowserError(message["error"]["message"]))
        else:
            answer.set_result(message["result"])


class Page:
    """One page of the browser."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.complaints: list[str] = []
        """Uncaught errors, console errors, and what the policy of the page forbade."""
        self.requested: list[str] = []
        """Addresses that the page asked for."""

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command to this page."""
        return await self._browser.call(method, session=self._session, **params)

    async def go(self, url: str) -> None:
        """Load an address and wait until the inbox has drawn itself."""
        await self.call("Page.navigate", url=url)
        await self.until(_IS_READY)

    async def reload(self) -> None:
        """Load the page again."""
        await self.run("delete document.documentElement.dataset.ready")
        await self.call("Page.reload")
        await self.until(_IS_READY)

    async def leave(self) -> None:
        """Show nothing, and forget what was noted."""
        await self.call("Page.navigate", url="about:blank")
        await self.until("location.href === 'about:blank'")
        self.complaints.clear()
        self.requested.clear()

    async def resize(
        self, *, width: int = 1280, height: int = 900, dark: bool = False, still: bool = True
    ) -> None:
        """Change the size of the window in CSS pixels, the colours and whether things may move."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
        ]
        await self.call("Emulation.setEmulatedMedia", features=features)

    async def run(self, script: str) -> Any:
        """The value of a JavaScript expression, awaited. Raises BrowserError."""
        outcome = await self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in outcome:
            raise BrowserError(outcome["exceptionDetails"]["exception"].get("description", script))
        return outcome["result"].get("value")

    async def until(self, script: str) -> Any:
        """Wait until an expression is true; its value. Raises TimeoutError with the expression."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while True:
                    value = await self.run(script)
                    if value:
                        return value
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise TimeoutError(f"never became true: {script}; complaints: {self.complaints}") from None

    async def text(self, selector: str) -> str:
        """What is to be read in the first visible element of a selector, once there is one."""
        found: str = await self.until(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".find((element) => element.checkVisibility())?.innerText"
        )
        return found

    async def texts(self, selector: str) -> list[str]:
        """What is to be read in all visible elements of a selector."""
        found: list[str] = await self.run(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".filter((element) => element.checkVisibility()).map((element) => element.innerText)"
        )
        return found

    async def count(self, selector: str) -> int:
        """How many elements there are."""
        number: int = await self.run(f"document.querySelectorAll({json.dumps(selector)}).length")
        return number

    async def until_count(self, selector: str, number: int) -> None:
        """Wait until there are so many elements."""
        await self.until(f"document.querySelectorAll({json.dumps(selector)}).length === {number}")

    async def write(self, selector: str, text: str) -> None:
        """Write into a field, in place of what it held."""
        await self.run(
            f"((field) => (field.focus(), field.select()))(document.querySelector({json.dumps(selector)}))"
        )
        await self.call("Input.insertText", text=text)

    async def click(self, selector: str, text: str = "") -> None:
        """Click the first visible element of a selector that has a text, once there is one."""
        point = await self.until(
            f"""(() => {{
                const element = [...document.querySelectorAll({json.dumps(selector)})].find(
                    (candidate) => candidate.checkVisibility() && candidate.innerText.includes({json.dumps(text)})
                );
                if (!element) return null;
                element.scrollIntoView({{ block: "nearest", behavior: "instant" }});
                const box = element.getBoundingClientRect();
                return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }};
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **point)

    async def press(self, key: str) -> None:
        """Press a key, such as `ArrowDown` or `Enter`."""
        text = _TEXTS.get(key, key if len(key) == 1 else "")
        code = _CODES.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                **({"text": text} if text and kind == "keyDown" else {}),
            )

    async def screenshot(self, path: Path) -> None:
        """Write what is to be seen as a PNG."""
        image = await self.call("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(image["data"]))

    def hear(self, event: str, params: dict[str, Any]) -> None:
        """Take note of what the browser says of this page."""
        if event == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif event == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.complaints.append(" ".join(str(part.get("value")) for part in params["args"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif event == "Network.requestWillBeSent":
            self.requested.append(params["request"]["url"])


@contextlib.asynccontextmanager
async def running_browser() -> AsyncGenerator[Browser, None]:
    """A browser with a profile of its own, which is gone afterwards. Needs CHROMIUM."""
    assert CHROMIUM is not None
    command_read, command_write = os.pipe()
    answer_read, answer_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # The browser reads from descriptor 3 and writes to 4; a shell puts the pipes there.
        redirection = f'exec "$0" "$@" 3<&{command_read} 4>&{answer_write}'
        process = await asyncio.create_subprocess_exec(
            "/bin/bash",
            "-c",
            redirection,
            CHROMIUM,
            *_OPTIONS,
            f"--user-data-dir={profile}",
            pass_fds=(command_read, answer_write),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        os.close(command_read)
        os.close(answer_write)
        reader = asyncio.StreamReader(limit=1 << 30)
        pipe = os.fdopen(answer_read, "rb", buffering=0)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        browser = Browser(reader, command_write)
        try:
            yield browser
        finally:
            with contextlib.suppress(Exception):
                await browser.call("Browser.close")
            await browser.aclose()
            transport.close()
            if process.returncode is None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), 5)
            if process.returncode is None:
                process.kill()
                await process.wait()


async def dump_page(url: str) -> str:
    """The elements of a page as they are when a browser, started for this alone, has loaded it."""
    assert CHROMIUM is not None
    options = [option for option in _OPTIONS if option != "--remote-debugging-pipe"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            *options,
            f"--user-data-dir={profile}",
            "--dump-dom",
            url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        output, _ = await process.communicate()
    return output.decode()


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
