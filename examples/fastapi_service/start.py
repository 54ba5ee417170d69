"""Start the shop, and beside it an emulated Clix that posts to it. Ctrl-C ends both."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import uvicorn
from service import create_app

SECRET = "Bearer only-for-this-laptop"  # noqa: S105 - as it says


def main() -> None:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the shop")
    parser.add_argument("--clix-port", type=int, default=8787, help="of the emulated Clix")
    ports = parser.parse_args()
    shop, clix = (f"http://127.0.0.1:{port}" for port in (ports.port, ports.clix_port))
    print(f"Shop: {shop}/docs   The phones that it reaches: {clix}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "CLIX_BASE_URL": clix,
            "CLIX_PROJECT_ID": "shop",
            "CLIX_API_KEY": "clix_sk_local",
            "CLIX_WEBHOOK_SECRET": SECRET,
            "CLIX_WEBHOOK_RECORD": str(Path(folder) / "webhooks.db"),
        }
        emulator = subprocess.Popen(  # noqa: S603
            [
                *(sys.executable, "-m", "clix", "emulator", "--port", str(ports.clix_port)),
                *("--webhook", f"{shop}/webhooks/clix", "--webhook-header", f"Authorization: {SECRET}"),
            ],
            stdout=subprocess.DEVNULL,  # the variables that it prints are set here already
        )
        try:
            with suppress(KeyboardInterrupt):
                uvicorn.run(create_app(), port=ports.port, log_level="warning")
        finally:
            emulator.terminate()
            emulator.wait()


if __name__ == "__main__":
    main()
