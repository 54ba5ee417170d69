"""What was checked is what is sent: files that change between the check and the send, and while they are sent."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clix import PushNotification, Target
from clix.cli._audience import AudienceError, open_audience
from clix.cli._broadcast import sending as _sending
from clix.cli._broadcast.check import check
from clix.cli._broadcast.compose import Composer
from clix.cli._broadcast.second_reading import FirstRowsSentError, second_reading
from clix.cli._broadcast.template import Template
from clix.emulator import RunningEmulator
from tests.cli.conftest import Run, with_devices


def composer_of(path: Path) -> Composer:
    return Composer(open_audience(path), {"title": Template("Hi")})


def content(users: list[str], end: str = "\n") -> str:
    return "\n".join(["to", *users]) + end


def receiver(row: PushNotification | Mapping[str, object]) -> str:
    assert isinstance(row, PushNotification)
    assert isinstance(row.to, Target)
    return row.to.id


def test_the_rows_are_those_that_were_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    users = [f"u{number}" for number in range(250)]
    path.write_text(content(users))
    composer = composer_of(path)
    checked = check(composer, lambda *_: None)
    assert [receiver(row) for row in second_reading(composer, checked)] == users


@settings(max_examples=50)
@given(
    before=st.integers(1, 250),
    at=st.integers(0, 249),
    change=st.sampled_from(["cut", "append", "overwrite", "extend the last id"]),
    read=st.integers(0, 250),
)
def test_no_row_is_given_that_was_not_checked(
    tmp_path_factory: pytest.TempPathFactory, before: int, at: int, change: str, read: int
) -> None:
    """Whenever the file changes: what was read is right so far, and the source does not end as if all was well."""
    assume(at < before)
    path = tmp_path_factory.mktemp("changes") / "a.csv"
    users = [f"u{number}" for number in range(before)]
    path.write_text(content(users, end=""))
    composer = composer_of(path)
    source = second_reading(composer, check(composer, lambda *_: None))
    given_out = [receiver(row) for row in islice(source, min(read, before))]
    changed = {
        "cut": content(users[:at], end=""),
        "append": content([*users, "another"], end=""),
        "overwrite": content([*users[:at], "another", *users[at + 1 :]], end=""),
        "extend the last id": content(users, end="5"),
    }
    os.truncate(path, 0)
    path.write_text(changed[change])
    try:
        given_out += [receiver(row) for row in source]
    except AudienceError:
        assert given_out == users[: len(given_out)]
    else:  # the reader had all of the small file in memory already
        assert given_out == users
        assert read > 0


def test_a_file_that_was_replaced_before_it_is_sent_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content(["u1", "u2"]))
    composer = composer_of(path)
    checked = check(composer, lambda *_: None)
    other = tmp_path / "b.csv"
    other.write_text(content(["u1", "u2"]))
    other.replace(path)
    with pytest.raises(AudienceError, match="has changed since it was checked"):
        next(second_reading(composer, checked))


def test_a_file_that_grows_while_it_is_checked_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content(["u1", "bad,row"]))
    composer = composer_of(path)

    def grow(_number: int, _reason: str) -> None:
        with path.open("a") as file:
            file.write("u3\n")

    with pytest.raises(AudienceError, match="was written to while it was checked"):
        check(composer, grow)


def test_the_first_rows_end_without_an_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content(["u1", "u2", "u3"]))
    composer = composer_of(path)
    source = second_reading(composer, check(composer, lambda *_: None), first=2)
    assert [receiver(next(source)), receiver(next(source))] == ["u1", "u2"]
    with pytest.raises(FirstRowsSentError):
        next(source)


@pytest.fixture
def audience(emulator: RunningEmulator, tmp_path: Path) -> Path:
    path = tmp_path / "audience.csv"
    users = [f"u{number}" for number in range(400)]
    path.write_text(content(users))
    with_devices(emulator, users)
    return path


@pytest.fixture
def before_sending(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Does something once the file was checked, and before anything is sent."""

    def at_the_door(act: Callable[[], object]) -> None:
        async def knock(_: object) -> None:
            act()
            await asyncio.sleep(0)

        monkeypatch.setattr(_sending, "_knock", knock)

    return at_the_door


@pytest.mark.parametrize("users", [["x"] * 400, ["u0"], []], ids=["another list", "cut", "empty"])
def test_nothing_is_sent_of_a_file_that_changed_after_the_check(
    emulator: RunningEmulator,
    run: Run,
    audience: Path,
    before_sending: Callable[[Callable[[], object]], None],
    users: list[str],
) -> None:
    before_sending(lambda: audience.write_text(content(users)))
    ran = run("broadcast", audience, "--title", "Hi", "--yes")
    assert (ran.code, len(emulator.state.messages)) == (1, 0)
    assert "has changed since it was checked" in ran.err


def test_a_file_that_is_cut_in_mid_run_can_be_restored_and_resumed(
    emulator: RunningEmulator, run: Run, audience: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("broadcast", audience, "--title", "Hi", "--yes", "--batch-size", 50)
    rows = Composer.messages

    def cut(self: Composer) -> Iterator[object]:
        return islice(rows(self), 200)

    async def cut_the_file(_: object) -> None:
        patched.setattr(Composer, "messages", cut)

    with monkeypatch.context() as patched:
        patched.setattr(_sending, "_knock", cut_the_file)
        ran = run(*words)
    assert (ran.code, len(emulator.state.messages)) == (1, 200)
    assert "the file ends after 200 rows" in ran.err
    assert run(*words, "--resume").code == 0
    got = Counter(message.project_user_id for message in emulator.state.messages)
    assert got == Counter(f"u{number}" for number in range(400))
