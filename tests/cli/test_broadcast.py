"""`clix-py broadcast` from the file to the exit code."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from clix import SQLiteLedger
from clix.cli._broadcast import sending as _sending
from clix.cli._broadcast.advice import resume_command
from clix.cli._broadcast.progress import Snapshot
from clix.emulator import RunningEmulator
from clix.emulator._faults.faults import Fault
from clix.emulator._state.records import PushContent
from tests.cli.conftest import KEY, Ran, Run, with_devices

Write = Callable[..., Path]

takes_signals = pytest.mark.skipif(
    sys.platform == "win32",
    reason="where the event loop takes no signals, one Ctrl-C cuts off what is under way",
)


@pytest.fixture
def audience(tmp_path: Path) -> Write:
    """Writes a CSV file of users with a name each; every user has a device."""

    def write(*users: str, name: str = "audience.csv") -> Path:
        path = tmp_path / name
        rows = "".join(f"{user},Name of {user}\n" for user in users)
        path.write_text(f"project_user_id,name\n{rows}", encoding="utf-8")
        return path

    return write


def people(count: int) -> list[str]:
    return [f"u{number}" for number in range(count)]


def received(emulator: RunningEmulator) -> Counter[str | None]:
    return Counter(message.project_user_id for message in emulator.state.messages)


def summary_of(ran: Ran) -> dict[str, str]:
    """The numbers by their names; reasons are indented, and left out."""
    lines = [line for line in ran.out.splitlines() if not line.startswith(" ")]
    return {label: number.strip() for label, number in (line.split("  ", 1) for line in lines)}


def test_everybody_in_the_file_gets_a_filled_template_once(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    users = with_devices(emulator, people(1_200))
    ran = run("broadcast", "--yes", audience(*users), "--title", "Hi {name}")
    assert ran.code == 0
    assert received(emulator) == Counter(users)
    titles = {message.project_user_id: message.content for message in emulator.state.messages}
    content = titles["u7"]
    assert isinstance(content, PushContent)
    assert content.title == "Hi Name of u7"


def test_the_summary_is_data_and_everything_else_is_not(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    ran = run("broadcast", "--yes", audience(*with_devices(emulator, people(3))), "--title", "Hi")
    numbers = summary_of(ran)
    assert (numbers["accepted"], numbers["delivered"], numbers["requests"]) == ("3", "3", "1")
    first, sending, progress = ran.err.splitlines()
    assert first.startswith("Checking ")
    assert sending.startswith("Sending 3 notifications in 1 request to the project project-1 at http://127")
    assert progress.startswith("3 of 3 sent (100%), 0 failed, 0 in doubt, ")


def test_json_is_one_object_with_every_count(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    ran = run(
        "broadcast",
        "--yes",
        audience(*with_devices(emulator, ["u1", "u2"]), "fail_unregistered"),
        "--title",
        "Hi",
        "--json",
    )
    summary = json.loads(ran.out)
    assert (ran.code, summary["total"], summary["accepted"], summary["failed_deliveries"]) == (0, 3, 3, 1)
    assert sum(summary["failure_reasons"].values()) == 1
    assert (summary["error"], summary["interrupted"], summary["is_complete"]) == (None, False, True)


def test_the_same_command_again_sends_nothing_and_says_so(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    path = audience(*with_devices(emulator, people(3)))
    run("broadcast", "--yes", path, "--title", "Hi")
    ran = run("broadcast", "--yes", path, "--title", "Hi")
    assert (ran.code, received(emulator).total()) == (0, 3)
    assert "had been finished before, and nothing was sent now" in ran.err


def test_another_name_sends_to_the_same_file_again(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    path = audience(*with_devices(emulator, people(3)))
    run("broadcast", "--yes", path, "--title", "Hi")
    assert run("broadcast", "--yes", path, "--title", "Hi", "--name", "second").code == 0
    assert received(emulator).total() == 6


def test_another_text_under_the_same_name_is_refused(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    path = audience(*with_devices(emulator, people(3)))
    run("broadcast", "--yes", path, "--title", "Hi")
    ran = run("broadcast", "--yes", path, "--title", "Ho")
    assert (ran.code, ran.out, received(emulator).total()) == (1, "", 3)
    assert "give it a --name" in ran.err


def test_what_is_in_doubt_is_sent_again_only_when_asked(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    path = audience("cut_after")
    first = run("broadcast", "--yes", path, "--title", "Hi")
    second = run("broadcast", "--yes", path, "--title", "Hi", "--resume")
    assert (first.code, second.code, received(emulator).total()) == (1, 1, 1)
    assert "--resend-in-doubt" in second.err
    run("broadcast", "--yes", path, "--title", "Hi", "--resume", "--resend-in-doubt")
    assert received(emulator).total() == 2


def test_some_refused_rows_make_it_partial(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    ran = run("broadcast", "--yes", audience("u1", "error_400", "u2"), "--title", "Hi")
    assert ran.code == 3
    assert "1 notification was refused" in ran.err
    assert "\n  1 x " in ran.out


def test_nothing_is_sent_when_one_row_is_wrong(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    path = audience(*with_devices(emulator, people(700)))
    path.write_text(path.read_text() + ",Nobody\n")
    ran = run("broadcast", "--yes", path, "--title", "Hi")
    assert (ran.code, ran.out, received(emulator).total()) == (2, "", 0)
    assert "line 702: no receiver" in ran.err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--title", "Hi {nmae}"], "did you mean 'name'?"),
        (["--title", "Hi {name"], "names no column"),
        ([], "There is nothing to say"),
        (["--title", "x", "--resume"], "There is nothing to resume"),
        (["--title", "x", "--resume", "--no-ledger"], "leave --no-ledger away"),
        (["--title", "x", "--ledger", "/no/such/folder/run.db"], "The ledger cannot be written"),
        (["--title", "x", "--report", "/no/such/folder/r.html"], "The report cannot be written"),
        (["--title", "x", "--report", "/"], "this is a folder"),
        (["--title", "x", "--rate", "0"], "'0' is no number above 0"),
        (["--title", "x", "--rate", "nan"], "'nan' is no number above 0"),
        (["--title", "x", "--rate", "fast"], "'fast' is no number above 0"),
        (["--title", "x", "--batch-size", "501"], "501 is more than 500"),
        (["--title", "x", "--concurrency", "-1"], "'-1' is no whole number above 0"),
        (["--title", "x", "--resend-in-doubt", "--no-ledger"], "needs the ledger"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    emulator: RunningEmulator, run: Run, audience: Write, words: list[str], problem: str
) -> None:
    ran = run("broadcast", "--yes", audience("u1"), *words)
    assert (ran.code, ran.out) == (2, "")
    assert problem in ran.err
    assert not emulator.state.messages


def test_a_file_without_rows_is_refused(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    ran = run("broadcast", "--yes", audience(), "--title", "Hi")
    assert (ran.code, "the file has no rows" in ran.err) == (2, True)


def test_a_dry_run_shows_the_first_notifications_and_needs_no_key(run: Run, audience: Write) -> None:
    path = audience("u1", "u2", "u3", "u4")
    ran = run("broadcast", "--yes", path, "--title", "Hi {name}", "--dry-run")
    shown = [json.loads(line) for line in ran.out.splitlines()]
    assert shown[0] == {"target": {"project_user_id": "u1"}, "title": "Hi Name of u1"}
    assert (ran.code, len(shown)) == (0, 3)
    assert ran.err.endswith("4 notifications in 1 request. Nothing was sent.\n")
    assert [child.name for child in path.parent.iterdir()] == [path.name], "no ledger was made"


def test_a_dry_run_as_json_is_one_object(run: Run, audience: Write) -> None:
    ran = run("broadcast", "--yes", audience(*people(501)), "--body", "x", "--dry-run", "--json")
    plan = json.loads(ran.out)
    assert (plan["total"], plan["requests"], len(plan["samples"])) == (501, 2, 3)


def test_a_missing_key_is_told_before_the_file_is_read(run: Run, tmp_path: Path) -> None:
    ran = run("broadcast", "--yes", tmp_path / "none.csv", "--title", "Hi", "--project-id", "p")
    assert (ran.code, ran.err) == (2, "clix-py: No API key: set CLIX_API_KEY, or use --api-key-file.\n")


def test_a_refused_key_ends_it_at_once(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    emulator.faults.add(Fault(status=401), operation="health_check")
    ran = run("broadcast", "--yes", audience("u1"), "--title", "Hi")
    assert (ran.code, ran.out, KEY in ran.err) == (4, "", False)


def test_a_key_refused_by_the_sends_themselves_ends_it_too(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    emulator.faults.add(Fault(status=401), operation="send_push_notifications")
    ran = run("broadcast", "--yes", audience(*people(5)), "--title", "Hi", "--batch-size", "1")
    assert ran.code == 4
    assert "BulkError" in ran.err


@pytest.mark.parametrize("seconds", [0.0001, 0.05])
def test_a_service_that_cannot_be_reached_is_told_at_once(
    emulator: RunningEmulator, run: Run, audience: Write, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setenv("CLIX_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(_sending, "_KNOCK_SECONDS", seconds)
    ran = run("broadcast", "--yes", audience("u1"), "--title", "Hi")
    assert (ran.code, ran.out) == (1, "")
    assert "Nothing was sent: " in ran.err


def test_a_service_that_is_not_well_is_not_given_up(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    emulator.faults.add(Fault(status=404), operation="health_check")
    assert run("broadcast", "--yes", audience(*with_devices(emulator, ["u1"])), "--title", "Hi").code == 0


def test_the_report_is_a_page(emulator: RunningEmulator, run: Run, audience: Write, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    ran = run(
        "broadcast", "--yes", audience(*with_devices(emulator, ["u1"])), "--title", "Hi", "--report", report
    )
    assert (ran.code, "<svg" in report.read_text(encoding="utf-8")) == (0, True)


@pytest.mark.parametrize(("answer", "left_behind"), [("y\n", (0, 2)), ("\n", (1, 0))])
def test_who_is_there_is_asked_first(
    emulator: RunningEmulator,
    run: Run,
    audience: Write,
    answering: Callable[[str], None],
    *,
    answer: str,
    left_behind: tuple[int, int],
) -> None:
    answering(answer)
    ran = run("broadcast", audience(*with_devices(emulator, people(2))), "--title", "Hi")
    assert (ran.code, received(emulator).total()) == left_behind
    assert "Send 2 notifications in 1 request to the project project-1 at http" in ran.err


class CtrlC:
    """Presses Ctrl-C once so many notifications have arrived."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int, *, times: int = 1) -> None:
        self._after, self._times = after, times
        monkeypatch.setattr("clix.cli._broadcast.display.LogDisplay.interval", 0.01)
        monkeypatch.setattr("clix.cli._broadcast.display.LogDisplay.show", self._look)

    def _look(self, seen: Snapshot) -> None:
        if seen.sent >= self._after and self._times:
            self._times -= 1
            signal.raise_signal(signal.SIGINT)


@takes_signals
def test_ctrl_c_finishes_what_is_under_way_and_the_command_it_prints_sends_the_rest(
    emulator: RunningEmulator, run: Run, audience: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = with_devices(emulator, people(60))
    path = audience(*users)
    words = ["broadcast", "--yes", path, "--title", "Hi {name}", "--batch-size", 1, "--rate", 200]
    with monkeypatch.context() as patched:
        CtrlC(patched, after=5)
        ran = run(*words)
    got = received(emulator).total()
    assert ran.code == 130
    assert 5 <= got < 60
    assert summary_of(ran)["in doubt"] == "0"
    printed = ran.err.splitlines()[-1]
    assert printed.endswith(
        f"broadcast --yes {path} --title 'Hi {{name}}' --batch-size 1 --rate 200 --resume"
    )
    assert run(*words, "--resume").code == 0
    assert received(emulator) == Counter(users)


@takes_signals
def test_a_second_ctrl_c_cuts_off_and_still_sums_up(
    emulator: RunningEmulator, run: Run, audience: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = audience(*people(20), "slow_5s")
    CtrlC(monkeypatch, after=20, times=2)
    ran = run("broadcast", "--yes", path, "--title", "Hi", "--batch-size", 1)
    assert ran.code == 130
    assert summary_of(ran)["in doubt"] == "1"
    assert "--resend-in-doubt" in ran.err


@pytest.mark.usefixtures("proactor_like")
def test_one_ctrl_c_cuts_nothing_off_without_signal_handlers(
    emulator: RunningEmulator, run: Run, audience: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = with_devices(emulator, people(60))
    path = audience("slow_500ms", *users)
    before = signal.getsignal(signal.SIGINT)
    CtrlC(monkeypatch, after=5)
    ran = run("broadcast", "--yes", path, "--title", "Hi", "--batch-size", 1, "--rate", 200)
    assert (ran.code, summary_of(ran)["in doubt"]) == (130, "0")
    assert 5 <= received(emulator).total() < 60
    assert signal.getsignal(signal.SIGINT) is before


@takes_signals
def test_without_a_ledger_it_says_that_it_cannot_be_resumed(
    emulator: RunningEmulator, run: Run, audience: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = audience(*people(60))
    CtrlC(monkeypatch, after=2)
    ran = run("broadcast", "--yes", path, "--title", "Hi", "--batch-size", 1, "--rate", 200, "--no-ledger")
    assert (ran.code, "cannot be resumed" in ran.err) == (130, True)
    assert [child.name for child in path.parent.iterdir()] == [path.name]


def test_signals_are_given_back_afterwards(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    run("broadcast", "--yes", audience("u1"), "--title", "Hi")
    assert {number: signal.getsignal(number) for number in before} == before


def test_a_signal_that_is_ignored_stays_ignored(
    emulator: RunningEmulator, run: Run, audience: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under nohup."""
    users = with_devices(emulator, people(30))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        CtrlC(monkeypatch, after=2)
        ran = run("broadcast", "--yes", audience(*users), "--title", "Hi", "--batch-size", 1)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (ran.code, received(emulator)) == (0, Counter(users))


@takes_signals
def test_ctrl_c_twice_before_the_run_has_begun_sends_nothing(
    emulator: RunningEmulator, run: Run, audience: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def press_twice(_: object) -> None:
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0.02)

    monkeypatch.setattr(_sending, "_knock", press_twice)
    ran = run("broadcast", "--yes", audience("u1"), "--title", "Hi")
    assert (ran.code, ran.out, received(emulator).total()) == (130, "", 0)
    assert ran.err.endswith("Interrupted: nothing was sent.\n")


@pytest.mark.usefixtures("proactor_like")
def test_it_runs_without_signal_handlers(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    path = audience(*with_devices(emulator, people(3)))
    assert (run("broadcast", "--yes", path, "--title", "Hi").code, received(emulator).total()) == (0, 3)


def same_file_under(path: Path, name: str) -> Path:
    """Another spelling of a path, which a disk that ignores case opens as well; elsewhere a link stands for it."""
    other = path.with_name(name)
    if not other.exists():
        other.symlink_to(path)
    assert other.samefile(path)
    return other


def test_another_spelling_of_the_same_file_is_the_same_run(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    path = audience(*with_devices(emulator, people(3)), name="Spring.csv")
    run("broadcast", "--yes", path, "--title", "Hi")
    same_file_under(path.with_name("Spring.csv.ledger.db"), "spring.csv.ledger.db")
    run("broadcast", "--yes", same_file_under(path, "spring.csv"), "--title", "Hi")
    assert received(emulator).total() == 3


def test_two_runs_do_not_share_a_ledger_at_the_same_time(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    path = audience("u1")
    ledger = SQLiteLedger(path.with_name("audience.csv.ledger.db"), name="another")
    with asyncio.Runner() as runner:
        runner.run(ledger.open())
        ran = run("broadcast", "--yes", path, "--title", "Hi")
        runner.run(ledger.close())
    assert (ran.code, ran.out, received(emulator).total()) == (1, "", 0)
    assert "is in use by another run" in ran.err


def test_it_runs_where_signals_cannot_be_taken(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    codes: list[int] = []
    path = audience(*with_devices(emulator, people(3)))
    thread = threading.Thread(
        target=lambda: codes.append(run("broadcast", "--yes", path, "--title", "Hi").code)
    )
    thread.start()
    thread.join(10)
    assert (codes, received(emulator).total()) == ([0], 3)


def test_the_rate_is_kept_from_the_first_request_on(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    loop = asyncio.new_event_loop()
    began = loop.time()
    run("broadcast", "--yes", audience(*people(11)), "--title", "Hi", "--batch-size", 1, "--rate", 20)
    assert loop.time() - began >= 0.5
    loop.close()


def test_where_nobody_can_be_asked_it_is_refused_without_yes(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    ran = run("broadcast", audience(*with_devices(emulator, ["u1"])), "--title", "Hi")
    assert (ran.code, received(emulator).total()) == (2, 0)
    assert "give --yes" in ran.err


def test_a_broadcast_that_reaches_nobody_is_no_success(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    ran = run("broadcast", "--yes", audience("fail_unregistered"), "--title", "Hi")
    assert (ran.code, summary_of(ran)["accepted"], summary_of(ran)["delivered"]) == (1, "1", "0")


def test_bad_rows_are_listed_at_once_and_written_to_a_file(
    emulator: RunningEmulator, run: Run, audience: Write, tmp_path: Path
) -> None:
    path = audience(*with_devices(emulator, people(30)))
    path.write_text(path.read_text() + ",Nobody\n" * 15 + "u99\n")
    ran = run("broadcast", "--yes", path, "--title", "Hi", "--bad-rows", tmp_path / "bad.csv")
    assert (ran.code, received(emulator).total()) == (2, 0)
    assert "16 rows of 46 in" in ran.err
    assert "  line 32: no receiver\n" in ran.err
    assert "  and 6 more\n" in ran.err
    lines = (tmp_path / "bad.csv").read_text().splitlines()
    assert (lines[0], lines[1], len(lines)) == ("line,problem", "32,no receiver", 17)
    assert lines[-1] == "47,1 cells where the header has 2"


def test_bad_rows_are_left_out_when_asked_and_keep_their_numbers(
    emulator: RunningEmulator, run: Run, audience: Write, tmp_path: Path
) -> None:
    path = audience("u1", "", "u3", "error_400")
    with_devices(emulator, ["u1", "u3", "u2"])
    words = ("broadcast", "--yes", path, "--title", "Hi", "--skip-bad", "--failed", tmp_path / "failed.csv")
    ran = run(*words)
    assert (ran.code, received(emulator)) == (3, Counter(["u1", "u3"]))
    with (tmp_path / "failed.csv").open(newline="") as file:
        failed = list(csv.reader(file))
    assert failed[0] == ["row", "receiver", "fate", "reason", "device"]
    assert failed[1][:4] == ["2", "", "rejected", "line 3: no receiver"]
    assert failed[2][:3] == ["4", "error_400", "rejected"]
    path.write_text(path.read_text().replace("\n,Name", "\nu2,Name"))
    run(*words)
    assert received(emulator) == Counter(["u1", "u3", "u2"]), "the row that was mended is sent, and only it"


def test_leaving_bad_rows_out_is_no_failure(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    path = audience(*with_devices(emulator, ["u1"]), "")
    ran = run("broadcast", "--yes", path, "--title", "Hi", "--skip-bad", "--json")
    summary = json.loads(ran.out)
    assert (ran.code, summary["accepted"], summary["excluded"]) == (0, 1, 1)


def test_the_first_rows_are_sent_and_the_same_run_goes_on_later(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    users = with_devices(emulator, people(1_300))
    path = audience(*users)
    words = ("broadcast", "--yes", path, "--title", "Hi")
    first = run(*words, "--first", 3)
    assert (first.code, received(emulator)) == (0, Counter(users[:3]))
    assert "1,297 rows come after these" in first.err
    again = run(*words, "--first", 700)
    assert (again.code, received(emulator)) == (0, Counter(users[:700]))
    last = run(*words)
    assert (last.code, received(emulator)) == (0, Counter(users))
    assert "700 accepted, 0 rejected, 0 in doubt, 600 left" in last.err


def test_what_is_left_is_said_before_anything_is_asked(
    emulator: RunningEmulator, run: Run, audience: Write, answering: Callable[[str], None]
) -> None:
    path = audience(*with_devices(emulator, people(1_300)))
    run("broadcast", "--yes", path, "--title", "Hi", "--first", 1_000)
    answering("n\n")
    ran = run("broadcast", path, "--title", "Hi")
    assert "Send 300 notifications in 1 request" in ran.err
    assert (ran.code, received(emulator).total()) == (1, 1_000)


def test_a_file_that_grew_after_its_run_was_finished_is_refused(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    path = audience(*with_devices(emulator, people(3)))
    words = ("broadcast", "--yes", path, "--title", "Hi")
    run(*words)
    path.write_text(path.read_text() + "u9,Name\n")
    ran = run(*words)
    assert (ran.code, received(emulator).total()) == (1, 3)
    assert "was finished after 3 rows" in ran.err
    assert "--resume" not in ran.err


def test_a_renamed_file_with_its_ledger_is_not_sent_again(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    path = audience(*with_devices(emulator, people(3)))
    run("broadcast", "--yes", path, "--title", "Hi")
    ledger = path.with_name("audience.csv.ledger.db")
    other = path.rename(path.with_name("other.csv"))
    ledger.rename(path.with_name("other.csv.ledger.db"))
    ran = run("broadcast", "--yes", other, "--title", "Hi")
    assert (ran.code, received(emulator).total()) == (2, 3)
    assert "go on with it by --name audience.csv" in ran.err
    assert run("broadcast", "--yes", other, "--title", "Hi", "--name", "audience.csv").code == 0
    assert run("broadcast", "--yes", other, "--title", "Other").code == 0
    assert received(emulator).total() == 6


def test_what_may_have_been_sent_twice_is_said(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    emulator.faults.add(Fault(status=500, processed=True), operation="send_push_notifications", times=1)
    ran = run("broadcast", "--yes", audience(*with_devices(emulator, people(3))), "--title", "Hi")
    assert summary_of(ran)["maybe twice"] == "3"
    assert "3 notifications may have been sent twice" in ran.err


def test_the_guarantee_decides_what_is_repeated(emulator: RunningEmulator, run: Run, audience: Write) -> None:
    emulator.faults.add(Fault(status=500, processed=True), operation="send_push_notifications", times=1)
    path = audience(*with_devices(emulator, people(3)))
    ran = run("broadcast", "--yes", path, "--title", "Hi", "--json", "--guarantee", "at_most_once")
    summary = json.loads(ran.out)
    assert (summary["in_doubt"], summary["may_have_repeated"], received(emulator).total()) == (3, 0, 3)


def test_standard_input_is_sent_with_a_ledger_that_is_named(
    emulator: RunningEmulator, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_devices(emulator, ["u1"])
    words = ("broadcast", "-", "--yes", "--title", "Hi")
    assert "give --ledger FILE or --no-ledger" in run(*words).err
    for _ in range(2):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"to\nu1\n")))
        assert run(*words, "--ledger", tmp_path / "run.db").code == 0
    assert received(emulator).total() == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_name_that_is_no_text_is_sent_and_resumed(
    emulator: RunningEmulator, run: Run, audience: Write
) -> None:
    users = with_devices(emulator, ["u1"])
    path = audience(*users, "cut_after", name=os.fsdecode(b"caf\xe9.csv"))
    words = ("broadcast", path, "--yes", "--title", "Hi", "--batch-size", 1)
    assert run(*words).code == 3
    assert run(*words).code == 3
    assert received(emulator)["u1"] == 1
    assert "$'caf\\xe9.csv'" in resume_command(["broadcast", os.fsdecode(b"caf\xe9.csv")])
