"""Compare what two shapes say of one value: types, formats, listed values, limits, rules."""

from collections.abc import Iterator, Mapping

from .combine import CEILINGS, FLOORS
from .impact import Direction, Finding, Impact, Relation, impact_of, impact_of_statement
from .shape import ANYTHING, Limit, Object, Scalar, Shape
from .wording import formats_in_words, limit_in_words, types_in_words, value_in_words, values_in_words

_WIDER_FORMATS = {("int32", "int64"), ("float", "double")}


def compare_types(ours: Shape, theirs: Shape, direction: Direction) -> Iterator[Finding]:
    """The JSON types that are possible, null among them."""
    lost, gained = _unfit(ours.types, theirs.types), _unfit(theirs.types, ours.types)
    change = f"{_all_types(theirs.types)}, was {_all_types(ours.types)}"
    if not lost and not gained:
        return
    if direction is Direction.ANSWER and theirs.types == ANYTHING.types and _promises_nothing(ours):
        yield Finding(Impact.OURS_ONLY, "object in ours only")
    elif ours.types == ANYTHING.types:
        yield Finding(impact_of_statement(direction), change)
    elif gained == theirs.types:
        yield Finding(Impact.BREAKING, change)
    elif not lost:
        yield Finding(impact_of(Relation.WIDER, direction), change)
    else:  # told apart, since one of two changes may be known
        left = types_in_words(theirs.types - gained)
        yield _lost_types(lost, f"{left}, was {_all_types(ours.types)}", direction)
        if gained:
            yield Finding(impact_of(Relation.WIDER, direction), f"{types_in_words(gained)} as well")


def compare_scalars(ours: Scalar, theirs: Scalar, direction: Direction) -> Iterator[Finding]:
    """Two scalars of the same type."""
    yield from _compare_formats(ours.formats, theirs.formats, direction)
    yield from _compare_values(ours, theirs, direction)
    yield from compare_limits(ours.limits, theirs.limits, direction)


def compare_limits(
    ours: Mapping[str, Limit], theirs: Mapping[str, Limit], direction: Direction
) -> Iterator[Finding]:
    """Lengths, sizes, bounds and patterns, each by its keyword."""
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs:
            yield Finding(Impact.OURS_ONLY, f"{name} {limit_in_words(ours[name])} in ours only")
        elif name not in ours:
            yield Finding(impact_of_statement(direction), f"{name} {limit_in_words(theirs[name])}, was none")
        elif ours[name] != theirs[name]:
            change = f"{name} {limit_in_words(theirs[name])}, was {limit_in_words(ours[name])}"
            yield Finding(impact_of(_relation_of_limits(name, ours[name], theirs[name]), direction), change)


def compare_rules(
    ours: Mapping[str, str], theirs: Mapping[str, str], direction: Direction
) -> Iterator[Finding]:
    """Keywords that are compared only as a whole."""
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs:
            yield Finding(Impact.OURS_ONLY, f"a rule by `{name}` in ours only")
        elif name not in ours:
            yield Finding(impact_of_statement(direction), f"a new rule by `{name}`")
        elif ours[name] != theirs[name]:
            yield Finding(Impact.BREAKING, f"another rule by `{name}`")


def _lost_types(lost: frozenset[str], change: str, direction: Direction) -> Finding:
    if direction is Direction.ANSWER:
        return Finding(Impact.OURS_ONLY, f"{types_in_words(lost)} in ours only")
    return Finding(Impact.BREAKING, change)


def _all_types(types: frozenset[str]) -> str:
    return "any value" if types == ANYTHING.types else types_in_words(types) or "no value"


def _promises_nothing(shape: Shape) -> bool:
    """Whether it is an object without a key to read, which documents also describe as anything at all."""
    return shape.types == frozenset({"object"}) and shape.object == Object()


def _unfit(inner: frozenset[str], outer: frozenset[str]) -> frozenset[str]:
    """The types that the others leave no room for; an integer is a number."""
    return inner - (outer | {"integer"} if "number" in outer else outer)


def _compare_formats(ours: frozenset[str], theirs: frozenset[str], direction: Direction) -> Iterator[Finding]:
    if ours == theirs:
        return
    change = f"format {formats_in_words(theirs)}, was {formats_in_words(ours)}"
    if not ours:
        yield Finding(impact_of_statement(direction), change)
    else:
        yield Finding(impact_of(_relation_of_formats(ours, theirs), direction), change)


def _relation_of_formats(ours: frozenset[str], theirs: frozenset[str]) -> Relation:
    pairs = {(one, other) for one in ours for other in theirs}
    if not theirs or ours < theirs or pairs <= _WIDER_FORMATS:
        return Relation.WIDER
    if theirs < ours or {(other, one) for one, other in pairs} <= _WIDER_FORMATS:
        return Relation.NARROWER
    return Relation.OTHER


def _compare_values(ours: Scalar, theirs: Scalar, direction: Direction) -> Iterator[Finding]:
    if not ours.values or not theirs.values:
        yield from _compare_with_a_free_scalar(ours, theirs, direction)
        return
    for value in sorted(ours.values - theirs.values):
        yield Finding(Impact.BREAKING, f"removed value {value_in_words(value)}")
    for value in sorted(theirs.values - ours.values):
        yield Finding(Impact.ADDITIVE, f"new value {value_in_words(value)}")
    if ours.is_open and not theirs.is_open:
        yield Finding(Impact.OURS_ONLY, "other values in ours only")
    elif theirs.is_open and not ours.is_open:
        yield Finding(Impact.ADDITIVE, "other values, too")


def _compare_with_a_free_scalar(ours: Scalar, theirs: Scalar, direction: Direction) -> Iterator[Finding]:
    if ours.values == theirs.values:
        return
    change = f"{values_in_words(theirs)}, was {values_in_words(ours)}"
    if ours.is_open and theirs.is_open:  # the same values are possible; one document knows some of them
        yield Finding(Impact.ADDITIVE, change)
    elif ours.is_open:
        yield Finding(impact_of_statement(direction), change)
    else:
        yield Finding(impact_of(Relation.WIDER, direction), change)


def _relation_of_limits(name: str, ours: Limit, theirs: Limit) -> Relation:
    if isinstance(ours, str) or isinstance(theirs, str) or name not in FLOORS | CEILINGS:
        return Relation.OTHER
    return Relation.NARROWER if (theirs > ours) == (name in FLOORS) else Relation.WIDER
