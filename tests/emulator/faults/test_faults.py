"""Rules by themselves; what they do to requests is in test_fault_effects."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix.emulator import Delay, Drip, Fault, Faults
from clix.emulator._faults.faults import NO_FAULT, DeliveryFault
from clix.emulator._faults.forms import read_header, read_rule, rule_form
from clix.emulator._state.fields import MalformedError
from clix.emulator._state.names import OPERATION_NAMES

DOWN = Fault(status=503)


def strikes(faults: Faults, count: int, *, addressed: tuple[str, ...] = ()) -> list[bool]:
    return [faults.strike("create_user", addressed) is not NO_FAULT for _ in range(count)]


def test_without_rules_nothing_goes_wrong() -> None:
    assert strikes(Faults(None), 3) == [False] * 3


def test_a_rule_strikes_every_request_that_it_matches() -> None:
    faults = Faults(None)
    faults.add(DOWN, operation="create_user", target="ann")
    assert strikes(faults, 2, addressed=("bob", "ann")) == [True, True]
    assert strikes(faults, 1, addressed=("bob",)) == [False]
    assert faults.strike("update_user", ("ann",)) is NO_FAULT


def test_a_rule_can_strike_the_nth_request_only() -> None:
    faults = Faults(None)
    faults.add(DOWN, nth=[2, 4])
    assert strikes(faults, 5) == [False, True, False, True, False]


def test_a_rule_can_strike_a_number_of_times() -> None:
    faults = Faults(None)
    rule = faults.add(DOWN, times=2)
    assert strikes(faults, 4) == [True, True, False, False]
    assert (rule.seen, rule.struck) == (4, 2)


def test_chances_are_the_same_for_the_same_seed() -> None:
    def draw(seed: str) -> list[bool]:
        faults = Faults(seed)
        faults.add(DOWN, probability=0.3)
        return strikes(faults, 200)

    assert draw("a") == draw("a") != draw("b")
    assert 30 < sum(draw("a")) < 90


def test_chances_fall_again_as_in_the_beginning_once_the_rules_are_cleared() -> None:
    faults = Faults("seed")
    faults.add(DOWN, probability=0.5)
    first = strikes(faults, 50)
    faults.clear()
    faults.add(DOWN, probability=0.5)
    assert strikes(faults, 50) == first


def test_a_rule_rests_while_it_is_switched_off() -> None:
    faults = Faults(None)
    rule = faults.add(DOWN)
    faults.switch(rule, on=False)
    assert strikes(faults, 1) == [False]
    faults.switch(rule, on=True)
    assert strikes(faults, 1) == [True]


def test_rules_that_strike_together_add_up_and_the_older_one_decides() -> None:
    faults = Faults(None)
    faults.add(Fault(delay=Delay("fixed", 1.0)))
    faults.add(Fault(status=500, processed=True, delay=Delay("fixed", 9.0)))
    faults.add(Fault(status=503, headers={"a": "b"}))
    fault = faults.strike("create_user", ())
    assert (fault.delay, fault.status, fault.processed, fault.headers) == (Delay("fixed", 1.0), 500, True, {})


def test_failing_deliveries_of_a_rule_with_a_target_are_the_targets() -> None:
    faults = Faults(None)
    faults.add(Fault(deliveries=(DeliveryFault("no"),)), target="ann")
    deliveries = faults.strike("send_push_notifications", ("ann", "bob")).deliveries
    assert faults.failure_reason(deliveries, ("phone", "ann")) == "no"
    assert faults.failure_reason(deliveries, ("phone", "bob")) is None


def test_a_share_of_deliveries_fails() -> None:
    faults = Faults("seed")
    failed = [faults.failure_reason([DeliveryFault("no", share=0.2)], ()) for _ in range(1_000)]
    assert 150 < failed.count("no") < 250


def test_an_operation_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(ValueError, match="send_pushes"):
        Faults(None).add(DOWN, operation="send_pushes")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("delay", "least", "most"),
    [
        (Delay("fixed", 0.5), 0.5, 0.5),
        (Delay("uniform", 0.1, 0.2), 0.1, 0.2),
        (Delay("exponential", 0.1), 0.0, 2.0),
        (Delay("lognormal", 0.1, 0.5), 0.001, 5.0),
    ],
)
def test_delays_follow_their_distribution(delay: Delay, least: float, most: float) -> None:
    random = Random(1)
    drawn = [delay.draw(random) for _ in range(1_000)]
    assert least <= min(drawn) <= max(drawn) <= most
    assert (min(drawn) == max(drawn)) == (delay.distribution == "fixed")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("status=503", Fault(status=503)),
        ("status=500; processed", Fault(status=500, processed=True)),
        ("delay=0.25", Fault(delay=Delay("fixed", 0.25))),
        ("cut=after", Fault(cut="after")),
        ("drip=10/0.05", Fault(drip=Drip(10, 0.05))),
        ("drip=1", Fault(drip=Drip(1, 0.01))),
        (
            "fail=quota",
            Fault(
                deliveries=(
                    DeliveryFault("[RESOURCE_EXHAUSTED] Resource has been exhausted (e.g. check quota)."),
                )
            ),
        ),
        (
            "fail=[MINE] a reason = of my own",
            Fault(deliveries=(DeliveryFault("[MINE] a reason = of my own"),)),
        ),
        ('{"status": 429, "headers": {"Retry-After": "9"}}', Fault(status=429, headers={"retry-after": "9"})),
        ('{"delay": {"uniform": [1, 2]}}', Fault(delay=Delay("uniform", 1.0, 2.0))),
    ],
)
def test_the_header_has_a_short_form_and_takes_json(text: str, fault: Fault) -> None:
    assert read_header(text) == fault


@pytest.mark.parametrize(
    "text",
    [
        "", "stat=500", "status=abc", "status=99", "status=600", "delay=-1", "delay=nan", "delay=inf", "delay=1e9",
        "cut=never", "drip=0", "processed", "{", "[]", '{"status": 500, "nth": 1}', '{"status": true}',
        '{"headers": {"a": "b\\r\\nc: d"}, "status": 500}', '{"delay": {"normal": 1}}', '{"delay": {"uniform": [1]}}',
        '{"fail_deliveries": {"share": 2}}', '{"status": 500, "headers": {"a b": "c"}}', '{"delay": 1, "body": "x"}',
        '{"status": 500, "headers": {"Content-Length": "7"}}', '{"status": 500, "headers": {"a": " b"}}',
        "status=" + "9" * 5_000,
    ],
)  # fmt: skip
def test_a_header_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        read_header(text)


@pytest.mark.parametrize(
    "rule",
    [
        {"status": 500, "operation": "send"},
        {"status": 500, "nth": 0},
        {"status": 500, "times": 1.5},
        {"status": 500, "probability": 2},
        {"status": 500, "chance": 1},
        {"operation": "create_user"},
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        read_rule(rule)


POSITIVE = st.integers(1, 1_000)
SECONDS = st.floats(0.001, 100)
DELAYS = (
    st.builds(Delay, st.just("fixed"), SECONDS)
    | st.builds(Delay, st.just("exponential"), SECONDS)
    | st.builds(Delay, st.sampled_from(["uniform", "lognormal"]), SECONDS, st.floats(0, 5))
)
DELIVERY_FAULTS = st.builds(DeliveryFault, st.sampled_from(["x", "[Y] z"]), st.floats(0, 1))
EFFECTS = st.builds(
    Fault,
    status=st.integers(200, 599),
    body=st.none() | st.text() | st.dictionaries(st.text(), st.integers()),
    headers=st.dictionaries(st.sampled_from(["retry-after", "x-a"]), st.sampled_from(["1", "b c"])),
    processed=st.booleans(),
    delay=st.none() | DELAYS,
    cut=st.sampled_from([None, "before", "after"]),
    drip=st.none() | st.builds(Drip, POSITIVE, SECONDS),
    deliveries=st.lists(
        st.builds(DeliveryFault, st.sampled_from(["x", "[Y] z"]), st.floats(0, 1)), max_size=1
    ).map(tuple),
)


@given(
    fault=EFFECTS,
    operation=st.sampled_from([None, *OPERATION_NAMES]),
    nth=st.lists(POSITIVE, max_size=3),
    probability=st.floats(0, 1),
    times=st.none() | POSITIVE,
)
def test_a_rule_survives_being_written_and_read(fault: Fault, operation: Any, **options: Any) -> None:
    rule = Faults(None).add(fault, operation=operation, **options)
    again, conditions = read_rule(rule_form(rule))
    assert again == fault
    assert conditions == {
        "operation": rule.operation,
        "target": rule.target,
        "nth": rule.nth,
        "probability": rule.probability,
        "times": rule.times,
    }
