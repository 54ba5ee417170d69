"""What a difference means for code that was written against our document."""

from enum import Enum, StrEnum, auto
from typing import NamedTuple


class Impact(StrEnum):
    """The class of a difference, worst first."""

    BREAKING = "breaking"  # code written against ours can fail against theirs
    ADDITIVE = "additive"  # it works, and theirs has something that it cannot see
    OURS_ONLY = "ours only"  # it works, and ours says something that theirs does not


class Direction(Enum):
    """Which way a value goes, as the caller sees it."""

    REQUEST = auto()
    ANSWER = auto()


class Relation(Enum):
    """How what theirs allows stands to what ours allows."""

    NARROWER = auto()
    WIDER = auto()
    OTHER = auto()  # neither, as with string and integer


class Finding(NamedTuple):
    """A difference at a place that the reader of it knows."""

    impact: Impact
    what: str


class Difference(NamedTuple):
    """A difference as it is told. The order of the fields is the order of the report."""

    impact: Impact
    place: str
    what: str

    def __str__(self) -> str:
        return in_one_line(f"{self.place}: {self.what}")


def in_one_line(text: str) -> str:
    """The text with control characters escaped: a foreign document chose some of it."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


_REQUEST = {
    Relation.NARROWER: Impact.BREAKING,
    Relation.WIDER: Impact.ADDITIVE,
    Relation.OTHER: Impact.BREAKING,
}
_ANSWER = {
    Relation.NARROWER: Impact.OURS_ONLY,
    Relation.WIDER: Impact.BREAKING,
    Relation.OTHER: Impact.BREAKING,
}


def impact_of(relation: Relation, direction: Direction) -> Impact:
    """A request may not be narrowed, an answer may not be widened."""
    return (_REQUEST if direction is Direction.REQUEST else _ANSWER)[relation]


def impact_of_statement(direction: Direction) -> Impact:
    """Theirs states a demand or a promise where ours states none: a promise in an answer is news, a demand breaks."""
    return Impact.BREAKING if direction is Direction.REQUEST else Impact.ADDITIVE
