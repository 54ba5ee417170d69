"""Proxies as people run them, started on free ports of loopback: tinyproxy, squid, and stunnel in front of one."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import trustme

PATIENCE = 20.0
"""Seconds for a proxy to start: squid takes two."""

Kind = Literal["tinyproxy", "squid"]

PROGRAMS = {"tinyproxy": "tinyproxy", "squid": "squid", "stunnel": "stunnel4"}


def path_of(program: str) -> str | None:
    """Where the program is; Debian keeps squid where users' PATH does not lead."""
    return shutil.which(PROGRAMS[program], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@asynccontextmanager
async def running(kind: Kind, folder: Path, *, password: str | None = None) -> AsyncGenerator[int, None]:
    """The port of a proxy that forwards and tunnels to any port of loopback.

    Args:
        kind: which program.
        folder: for its files.
        password: that the user `joe` must give (tinyproxy only).
    """
    port = _free_port()
    command = _tinyproxy(folder, port, password) if kind == "tinyproxy" else _squid(folder, port)
    async with _process(command, folder, port):
        yield port


@asynccontextmanager
async def tls_in_front_of(port: int, folder: Path, ca: trustme.CA) -> AsyncGenerator[int, None]:
    """The port on which stunnel takes TLS and hands it in clear to the proxy at `port`."""
    mine = _free_port()
    certificate = folder / "proxy.pem"
    certificate.write_bytes(ca.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.bytes())
    config = folder / "stunnel.conf"
    config.write_text(
        f"foreground = yes\npid =\n[proxy]\naccept = 127.0.0.1:{mine}\n"
        f"connect = 127.0.0.1:{port}\ncert = {certificate}\n",
        "utf-8",
    )
    async with _process([str(path_of("stunnel")), str(config)], folder, mine):
        yield mine


def _tinyproxy(folder: Path, port: int, password: str | None) -> list[str]:
    config = folder / "tinyproxy.conf"
    auth = "" if password is None else f"BasicAuth joe {password}\n"
    config.write_text(
        f"Port {port}\nListen 127.0.0.1\nTimeout 20\nAllow 127.0.0.1\nMaxClients 20\n{auth}", "utf-8"
    )
    return [str(path_of("tinyproxy")), "-d", "-c", str(config)]


def _squid(folder: Path, port: int) -> list[str]:
    folder.chmod(0o777)  # squid gives up root and must write here
    config = folder / "squid.conf"
    config.write_text(
        f"http_port 127.0.0.1:{port}\nhttp_access allow all\ncache deny all\nshutdown_lifetime 0 seconds\n"
        f"pid_filename none\naccess_log none\ncache_log {folder}/squid.log\ncoredump_dir {folder}\n"
        "via off\nforwarded_for delete\n",
        "utf-8",
    )
    return [str(path_of("squid")), "-N", "-f", str(config)]


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@asynccontextmanager
async def _process(command: list[str], folder: Path, port: int) -> AsyncGenerator[None, None]:
    with (folder / "output.txt").open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder
        )
    try:
        await _listening(port, process, folder)
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _listening(port: int, process: asyncio.subprocess.Process, folder: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if process.returncode is not None:
                raise RuntimeError((folder / "output.txt").read_text("utf-8", "replace"))
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return
