"""The modules of the tests can be imported where what only POSIX has is missing, as on Windows."""

from __future__ import annotations

import pytest

from tests.platforms.programs import ROOT, run_program

COLLECT = """
    import os, select, signal, socket, sys, time

    for name in ("fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"):
        sys.modules[name] = None
    for module, names in {
        os: ("fork", "getuid", "waitid"),
        select: ("poll",),
        signal: ("SIGHUP", "SIGKILL", "SIGUSR1"),
        socket: ("SO_REUSEPORT",),
        time: ("tzset",),
    }.items():
        for name in names:
            delattr(module, name)

    import pytest

    # As the workflow does on Windows: the tools are for POSIX.
    sys.exit(pytest.main([sys.argv[1], "--collect-only", "-qq", "-p", "no:cacheprovider", "--ignore", sys.argv[2]]))
"""


@pytest.mark.slow
def test_every_test_is_collected_without_what_only_posix_has() -> None:
    ran = run_program(COLLECT, ROOT / "tests", ROOT / "tests" / "tools", timeout=300)
    assert ran.returncode == 0, ran.stdout[-3_000:] + ran.stderr
    assert "tests/webhooks/test_receiver.py: " in ran.stdout
