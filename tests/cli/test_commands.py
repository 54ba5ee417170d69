"""send, users, trigger, track: what they do, print, and end with."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from clix.emulator import RunningEmulator
from clix.emulator._faults.faults import Fault
from clix.emulator._faults.reasons import FAILURE_REASONS
from clix.emulator._state.records import PushContent
from tests.cli.conftest import KEY, Run


def give_devices(emulator: RunningEmulator, user: str, *devices: str) -> None:
    for device_id in devices:
        device = emulator.state.upsert_device(device_id, {"platform": "IOS"}, 0.0)
        emulator.state.name_device(device, user, 0.0)


def test_send_prints_a_line_for_each_delivery(emulator: RunningEmulator, run: Run) -> None:
    give_devices(emulator, "u1", "d1", "d2")
    ran = run("send", "u1", "--title", "Hi", "--body", "there", "--landing-url", "app://x")
    assert ran.code == 0
    assert [line.split()[0::4] for line in ran.out.splitlines()] == [["delivered", "d1"], ["delivered", "d2"]]
    assert ran.err == "Accepted: 2 deliveries.\n"
    (content, _) = [message.content for message in emulator.state.messages]
    assert isinstance(content, PushContent)
    assert (content.title, content.body, content.landing_url) == ("Hi", "there", "app://x")


@pytest.mark.parametrize("flag", ["--device", "--clix-user"])
def test_send_reads_the_target_as_the_flag_says(emulator: RunningEmulator, run: Run, flag: str) -> None:
    give_devices(emulator, "u1", "d1")
    user = emulator.state.user("u1")
    assert user is not None
    target = {"--device": "d1", "--clix-user": user.user_id}[flag]
    assert run("send", target, flag, "--title", "Hi").code == 0
    assert len(emulator.state.messages) == 1


def test_send_to_nobody_is_an_error(emulator: RunningEmulator, run: Run) -> None:
    ran = run("send", "nobody", "--title", "Hi")
    assert (ran.code, ran.out) == (1, "")
    assert "no device was found" in ran.err


def test_a_failed_delivery_is_told_with_its_reason(emulator: RunningEmulator, run: Run) -> None:
    ran = run("send", "fail_unregistered", "--title", "Hi")
    assert (ran.code, ran.out.split()[0]) == (1, "failed")
    assert ran.out.rstrip().endswith(FAILURE_REASONS["unregistered"])


def test_send_as_json_is_one_object(emulator: RunningEmulator, run: Run) -> None:
    give_devices(emulator, "u1", "d1")
    ran = run("send", "u1", "--title", "Hi", "--json")
    sent = json.loads(ran.out)
    assert (sent["deliveries"][0]["device_id"], sent["deliveries"][0]["succeeded"]) == ("d1", True)
    assert (sent["meta"]["status"], ran.err) == (200, "")


def test_send_without_words_sends_nothing(emulator: RunningEmulator, run: Run) -> None:
    assert run("send", "u1").code == 2
    assert not emulator.state.messages


def test_users_are_created_with_typed_properties(emulator: RunningEmulator, run: Run) -> None:
    ran = run(
        "users",
        "create",
        "u1",
        "tier=gold",
        "age=25",
        "--property",
        "vip=true",
        "--properties",
        '{"x": null}',
    )
    user = emulator.state.user("u1")
    assert user is not None
    assert dict(user.properties) == {"x": None, "tier": "gold", "age": 25, "vip": True}
    assert (ran.code, ran.err) == (0, "Clix has stored u1.\n")
    assert ran.out.splitlines() == ["x=null", 'tier="gold"', "age=25", "vip=true"]


def test_properties_may_stand_behind_options(emulator: RunningEmulator, run: Run) -> None:
    assert run("users", "create", "u1", "a=1", "--json", "b=2").code == 0
    user = emulator.state.user("u1")
    assert user is not None
    assert dict(user.properties) == {"a": 1, "b": 2}
    assert run("users", "create", "u1", "--json", "c=3", "--unknown").code == 2


def test_updating_an_unknown_user_is_an_error_of_one_line(emulator: RunningEmulator, run: Run) -> None:
    ran = run("users", "update", "nobody", "age=25")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert ran.err.startswith("clix-py: NotFoundError: users.update was answered 404")


def test_an_update_of_nothing_is_refused(emulator: RunningEmulator, run: Run) -> None:
    assert run("users", "update", "u1").code == 2


def test_a_user_is_not_deleted_when_nobody_can_be_asked(emulator: RunningEmulator, run: Run) -> None:
    run("users", "create", "u1")
    ran = run("users", "delete", "u1")
    assert (ran.code, emulator.state.user("u1") is None) == (2, False)
    assert "--yes" in ran.err


def test_a_user_is_deleted_with_yes(emulator: RunningEmulator, run: Run) -> None:
    run("users", "create", "u1")
    ran = run("users", "delete", "u1", "--yes", "--json")
    assert (ran.code, emulator.state.user("u1")) == (0, None)
    assert json.loads(ran.out)["deleted"] is True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_a_user_is_deleted_only_after_a_yes(
    emulator: RunningEmulator, run: Run, answering: Callable[[str], None], answer: str, code: int
) -> None:
    run("users", "create", "u1")
    answering(answer)
    ran = run("users", "delete", "u1")
    assert (ran.code, emulator.state.user("u1") is None) == (code, code == 0)
    assert "Delete the user u1 for good?" in ran.err


def test_a_campaign_is_triggered_for_users_and_devices(emulator: RunningEmulator, run: Run) -> None:
    ran = run("trigger", "c1", "--target", "u1", "u2", "--device", "d1", "--property", "price=10")
    (trigger,) = emulator.state.triggers
    assert (ran.code, ran.out) == (0, f"{trigger.trigger_id}\n")
    assert trigger.properties == {"price": 10}


def test_a_broadcast_beside_targets_is_refused(emulator: RunningEmulator, run: Run) -> None:
    assert run("trigger", "c1", "--broadcast", "--target", "u1").code == 2
    assert not emulator.state.triggers


def test_an_event_is_tracked(emulator: RunningEmulator, run: Run) -> None:
    ran = run("track", "d1", "BOUGHT", "--property", "price=10", "--message-id", "m1", "--json")
    (event,) = emulator.state.events
    assert (event.device_id, event.name) == ("d1", "BOUGHT")
    tracked = json.loads(ran.out)
    assert (ran.code, tracked["properties"], tracked["message_id"]) == (0, {"price": 10}, "m1")


def test_a_refused_key_ends_with_4_and_is_never_shown(emulator: RunningEmulator, run: Run) -> None:
    emulator.faults.add(Fault(status=401))
    ran = run("send", "u1", "--title", "Hi", "--json")
    assert ran.code == 4
    assert json.loads(ran.out)["error"]["fate"] == "rejected"
    assert KEY not in ran.out + ran.err


def test_what_is_in_doubt_says_so(emulator: RunningEmulator, run: Run) -> None:
    ran = run("send", "cut_after", "--title", "Hi", "--json")
    error = json.loads(ran.out)["error"]
    assert (ran.code, error["fate"], error["safe_to_resend"]) == (1, "in_doubt", False)
    assert ran.err.startswith("clix-py: InDoubtError: ")
