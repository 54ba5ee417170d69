"""A process that may open few descriptors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clix.testing import ClixEmulator
from tests.platforms.programs import run_program

pytest.importorskip("resource", reason="Windows limits no descriptors")

SENDS = """
    import asyncio, resource
    from clix import Clix

    async def main():
        async with Clix(deadline=10) as clix:
            sends = (clix.messages.send(f"user_{number}", title="Hi") for number in range(100))
            ends = await asyncio.gather(*sends, return_exceptions=True)
        print(*sorted(type(end).__name__ for end in ends))

    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    asyncio.run(main())
"""
RUN = """
    import asyncio, os, resource, sys
    from clix import Clix, PushNotification

    kept = []

    def take_all_descriptors(batch):
        while batch.first_row == 16 and len(kept) < 40:  # the last batch
            try:
                kept.append(os.open(os.devnull, os.O_RDONLY))
            except OSError:
                break

    async def main():
        rows = [PushNotification(f"user_{number}", title="Hi") for number in range(20)]
        async with Clix() as clix:
            report = await clix.messages.send_many(
                rows, batch_size=5, concurrency=1, ledger=sys.argv[1], on_outcome=take_all_descriptors
            )
        print(report.accepted)

    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    asyncio.run(main())
"""


@pytest.fixture
def environment(clix_emulator: ClixEmulator) -> Iterator[dict[str, str]]:
    with clix_emulator.serve() as server:
        yield server.environment()


def test_without_descriptors_every_error_is_ours(environment: dict[str, str]) -> None:
    ran = run_program(SENDS, environment=environment)
    assert (set(ran.stdout.split()), ran.stderr) == ({"NotSentError", "SendResult"}, "")


def test_a_run_with_a_ledger_gets_by_with_few_descriptors(
    environment: dict[str, str], tmp_path: Path
) -> None:
    ran = run_program(RUN, tmp_path / "run.db", environment=environment)
    assert (ran.stdout, ran.stderr) == ("20\n", "")
