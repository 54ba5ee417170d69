"""What can be made to go wrong, and the rules that say when.

All rules see every request that they match; those that strike are merged, and where two want different things, the
older rule wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, Literal, TypeAlias, get_args

from attrs import define, evolve, field, frozen

from .._state.names import OPERATION_NAMES, OperationName
from .._state.records import Json

CutMoment: TypeAlias = Literal["before", "after"]
"""Whether the connection is cut before or after the request is processed."""
CUT_MOMENTS: Final[tuple[CutMoment, ...]] = get_args(CutMoment)


@frozen
class Delay:
    """How long an answer is held back after the request was processed. All times in seconds."""

    distribution: Literal["fixed", "uniform", "exponential", "lognormal"]
    first: float
    """The time itself; the least; the mean; the median."""
    second: float = 0.0
    """The most (uniform); sigma (lognormal)."""

    def draw(self, random: Random) -> float:
        """A delay."""
        match self.distribution:
            case "fixed":
                return self.first
            case "uniform":
                return random.uniform(self.first, self.second)
            case "exponential":
                return self.first * random.expovariate(1.0)
            case "lognormal":
                return self.first * random.lognormvariate(0.0, self.second)


@frozen
class Drip:
    """The body of the answer leaves in pieces of so many bytes, so many seconds apart."""

    piece: int
    interval: float


@frozen
class DeliveryFault:
    """Some deliveries of an accepted request fail."""

    reason: str
    share: float = 1.0
    """The chance of each delivery to fail, 0 to 1."""
    target: str | None = None
    """The only id whose deliveries fail."""


@frozen(kw_only=True)
class Fault:
    """What goes wrong with one request. Everything left out goes as usual."""

    status: int | None = None
    body: Json = None
    """None answers as Clix does for the status."""
    headers: dict[str, str] = field(factory=dict[str, str])
    processed: bool = False
    """Whether the request is processed although `status` says otherwise."""
    delay: Delay | None = None
    cut: CutMoment | None = None
    drip: Drip | None = None
    deliveries: tuple[DeliveryFault, ...] = ()

    def merged_with(self, other: Fault) -> Fault:
        """Both at once; where they disagree, this one."""
        if other is NO_FAULT:
            return self
        if self is NO_FAULT:
            return other
        decides = self if self.status is not None else other
        return Fault(
            status=decides.status,
            body=decides.body,
            headers=decides.headers,
            processed=decides.processed,
            delay=self.delay or other.delay,
            cut=self.cut or other.cut,
            drip=self.drip or other.drip,
            deliveries=self.deliveries + other.deliveries,
        )

    def __str__(self) -> str:
        parts = (
            (self.status is not None, f"status {self.status}{' after processing' * self.processed}"),
            (self.delay is not None, "delay"),
            (self.cut is not None, f"cut {self.cut} processing"),
            (self.drip is not None, "drip"),
            (bool(self.deliveries), "failing deliveries"),
        )
        return ", ".join(text for applies, text in parts if applies)


NO_FAULT: Final = Fault()


@define(kw_only=True)
class FaultRule:
    """A fault and when it strikes."""

    rule_id: str
    fault: Fault
    operation: OperationName | None = None
    """The only operation that it strikes."""
    target: str | None = None
    """The id of a user or device that the request must be about."""
    nth: tuple[int, ...] = ()
    """Which of the requests that match it strikes, counted from 1; empty for all."""
    probability: float = 1.0
    times: int | None = None
    """How often at most."""
    is_enabled: bool = True
    seen: int = 0
    """Requests that matched so far."""
    struck: int = 0

    def strikes(self, operation: OperationName, addressed: Sequence[str], random: Random) -> bool:
        """Whether it strikes this request, which is counted."""
        if not self.is_enabled or not self._matches(operation, addressed):
            return False
        self.seen += 1
        if self.nth and self.seen not in self.nth:
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        if self.probability < 1.0 and random.random() >= self.probability:
            return False
        self.struck += 1
        return True

    def _matches(self, operation: OperationName, addressed: Sequence[str]) -> bool:
        if self.operation not in (None, operation):
            return False
        return self.target is None or self.target in addressed


class Faults:
    """The rules of an emulator, in the order in which they were added."""

    def __init__(self, seed: str | None) -> None:
        self._seed = seed
        self.random = Random(seed)  # noqa: S311 - chances to fail, not secrets
        self._rules: dict[str, FaultRule] = {}
        self._added = 0
        self.revision = 0
        """Counts the changes to the rules."""

    @property
    def rules(self) -> list[FaultRule]:
        """All rules, oldest first."""
        return list(self._rules.values())

    def add(
        self,
        fault: Fault,
        *,
        operation: OperationName | None = None,
        target: str | None = None,
        nth: Sequence[int] = (),
        probability: float = 1.0,
        times: int | None = None,
    ) -> FaultRule:
        """Add a rule; FaultRule explains the arguments. With a target, only the target's deliveries fail.

        Raises ValueError for an operation that does not exist.
        """
        if operation is not None and operation not in OPERATION_NAMES:
            raise ValueError(f"unknown operation {operation!r}; known are {', '.join(OPERATION_NAMES)}")
        self._added += 1
        if target is not None:
            aimed = tuple(evolve(delivery, target=target) for delivery in fault.deliveries)
            fault = evolve(fault, deliveries=aimed)
        rule = FaultRule(
            rule_id=f"fault-{self._added}",
            fault=fault,
            operation=operation,
            target=target,
            nth=tuple(nth),
            probability=probability,
            times=times,
        )
        self._rules[rule.rule_id] = rule
        self.revision += 1
        return rule

    def rule(self, rule_id: str) -> FaultRule | None:
        """The rule with an id."""
        return self._rules.get(rule_id)

    def switch(self, rule: FaultRule, *, on: bool) -> None:
        """Let a rule rest, or strike again."""
        rule.is_enabled = on
        self.revision += 1

    def remove(self, rule_id: str) -> bool:
        """Take a rule away; says whether there was one."""
        self.revision += 1
        return self._rules.pop(rule_id, None) is not None

    def clear(self) -> None:
        """Take all rules away, and let chances fall as they did in the beginning."""
        self._rules.clear()
        self.random.seed(self._seed)
        self.revision += 1

    def strike(self, operation: OperationName, addressed: Sequence[str]) -> Fault:
        """What the rules do to a request."""
        fault = NO_FAULT
        for rule in self._rules.values():
            if rule.strikes(operation, addressed, self.random):
                fault = fault.merged_with(rule.fault)
        return fault

    def failure_reason(self, deliveries: Sequence[DeliveryFault], ids: Sequence[str | None]) -> str | None:
        """Why a delivery that concerns these ids fails, if it does."""
        for delivery in deliveries:
            if delivery.target is not None and delivery.target not in ids:
                continue
            if delivery.share >= 1.0 or self.random.random() < delivery.share:
                return delivery.reason
        return None
