"""Compare two schemas down to every key, each place with what changed there."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from .document import Schema
from .errors import UnreadableError
from .facets import compare_limits, compare_rules, compare_scalars, compare_types
from .impact import Difference, Direction, Finding, Impact, Relation, impact_of, impact_of_statement
from .schemas import SchemaReader
from .shape import ANYTHING, NOTHING, Array, Choice, Mode, Object, Shape
from .wording import choice_in_words, describe

TOO_MANY_PLACES = 30_000
_REQUIRED_NOW = Finding(Impact.BREAKING, "required now")
_OPTIONAL_NOW = Finding(Impact.ADDITIVE, "optional now")
_ALWAYS_THERE = Finding(Impact.ADDITIVE, "always there now")
_MAY_BE_ABSENT = Finding(Impact.BREAKING, "may be absent")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a message: `POST /users request`, then `items[].name`; `.*` stands for keys without a name."""

    message: str
    path: str = ""

    def key(self, name: str) -> "Place":
        """The place of an object's key."""
        shown = name if name and not set(name) & set(' .[]*:"') else f'["{name}"]'
        dotted = shown if not self.path or shown[0] == "[" else f".{shown}"
        return Place(self.message, self.path + dotted)

    def any_key(self) -> "Place":
        """The place of the keys that an object does not name."""
        return Place(self.message, f"{self.path}.*".lstrip("."))

    def item(self) -> "Place":
        """The place of an array's items."""
        return Place(self.message, f"{self.path}[]")

    def __str__(self) -> str:
        return f"{self.message} {self.path}".rstrip()


class SchemaComparison:
    """Compares schemas of two documents, for values that go one way."""

    def __init__(self, ours: SchemaReader, theirs: SchemaReader, direction: Direction) -> None:
        self._ours = ours
        self._theirs = theirs
        self._direction = direction
        self._open: set[tuple[int, int]] = set()
        self._places = 0

    def compare(self, ours: Schema, theirs: Schema, place: Place) -> Iterator[Difference]:
        """Every difference at `place` and below it. A pair that contains itself is compared once."""
        pair = (id(ours), id(theirs))
        if pair in self._open:
            return
        self._count(place)
        self._open.add(pair)
        yield from self._compare_shapes(self._ours.shape(ours), self._theirs.shape(theirs), place)
        self._open.discard(pair)

    def _compare_shapes(self, ours: Shape, theirs: Shape, place: Place) -> Iterator[Difference]:
        yield from _at(place, compare_types(ours, theirs, self._direction))
        yield from _at(place, compare_rules(ours.rules, theirs.rules, self._direction))
        if theirs == ANYTHING and ours.types != ANYTHING.types:
            return  # that theirs says nothing of keys and items either goes without saying
        for name in ours.scalars.keys() & theirs.scalars.keys():
            yield from _at(place, compare_scalars(ours.scalars[name], theirs.scalars[name], self._direction))
        if ours.array and theirs.array:
            yield from self._compare_arrays(ours.array, theirs.array, place)
        if ours.object and theirs.object:
            yield from self._compare_objects(ours.object, theirs.object, place)

    def _compare_arrays(self, ours: Array, theirs: Array, place: Place) -> Iterator[Difference]:
        yield from _at(place, compare_limits(ours.limits, theirs.limits, self._direction))
        yield from self.compare(ours.items, theirs.items, place.item())

    def _compare_objects(self, ours: Object, theirs: Object, place: Place) -> Iterator[Difference]:
        ours = _travelling(ours, self._ours, self._direction)
        theirs = _travelling(theirs, self._theirs, self._direction)
        theirs = _beside(ours, theirs)
        yield from _at(place, compare_limits(ours.limits, theirs.limits, self._direction))
        yield from _at(place, self._compare_choices(ours, theirs))
        yield from self._compare_keys(ours, theirs, place)
        yield from self._compare_other_keys(ours, theirs, place)

    def _compare_keys(self, ours: Object, theirs: Object, place: Place) -> Iterator[Difference]:
        """The keys that both know, those that one knows, and which must be there."""
        for name, schema in ours.properties.items():
            if name in theirs.properties:
                yield from self.compare(schema, theirs.properties[name], place.key(name))
            else:
                gone = f"removed, was {describe(schema, self._ours)}"
                yield Difference(Impact.BREAKING, str(place.key(name)), gone)
        for name, schema in theirs.properties.items():
            if name not in ours.properties:
                yield self._new_key(name, schema, theirs, place)
        for name in sorted(ours.properties.keys() & theirs.properties.keys()):
            if (name in ours.required) != (name in theirs.required):
                yield from _at(place.key(name), [self._requirement(required=name in theirs.required)])

    def _compare_other_keys(self, ours: Object, theirs: Object, place: Place) -> Iterator[Difference]:
        ours_is_open = self._ours.shape(ours.additional) != NOTHING
        allowed = self._theirs.shape(theirs.additional)
        if ours_is_open and allowed != NOTHING:
            yield from self.compare(ours.additional, theirs.additional, place.any_key())
        elif ours_is_open:
            yield Difference(impact_of_statement(self._direction), str(place), "closed, was open")
        elif allowed == ANYTHING:
            yield Difference(Impact.OURS_ONLY, str(place), "closed in ours only")
        elif allowed != NOTHING:
            other = describe(theirs.additional, self._theirs)
            yield Difference(Impact.ADDITIVE, str(place.any_key()), f"new {other}")

    def _compare_choices(self, ours: Object, theirs: Object) -> Iterator[Finding]:
        common = ours.properties.keys() & theirs.properties.keys()
        known, stated = _among(ours.choices, common), _among(theirs.choices, common)
        lost, gained = known - stated, stated - known
        for choice in theirs.choices:
            if not any(
                group <= common for group in choice.groups
            ):  # whatever is chosen, ours does not know it
                yield Finding(impact_of_statement(self._direction), f"{choice_in_words(choice)}, was none")
        for choice in lost if not gained else ():
            yield self._lost_choice(choice)
        for choice in gained:
            was = " and ".join(sorted(map(choice_in_words, lost))) or "none"
            yield Finding(self._impact_of_choice(choice, lost), f"{choice_in_words(choice)}, was {was}")

    def _lost_choice(self, choice: Choice) -> Finding:
        if self._direction is Direction.REQUEST:
            return Finding(Impact.ADDITIVE, f"no choice, was {choice_in_words(choice)}")
        return Finding(Impact.OURS_ONLY, f"{choice_in_words(choice)} in ours only")

    def _impact_of_choice(self, choice: Choice, lost: frozenset[Choice]) -> Impact:
        if not lost:
            return impact_of_statement(self._direction)
        stricter = replace(choice, mode=Mode.EXACTLY_ONE)
        return impact_of(Relation.WIDER if stricter in lost else Relation.OTHER, self._direction)

    def _new_key(self, name: str, schema: Schema, theirs: Object, place: Place) -> Difference:
        if self._direction is Direction.ANSWER:
            impact, manner = Impact.ADDITIVE, "new"
        elif name in theirs.required:
            impact, manner = Impact.BREAKING, "new required"
        else:
            impact, manner = Impact.ADDITIVE, "new optional"
        return Difference(impact, str(place.key(name)), f"{manner} {describe(schema, self._theirs)}")

    def _requirement(self, *, required: bool) -> Finding:
        if self._direction is Direction.REQUEST:
            return _REQUIRED_NOW if required else _OPTIONAL_NOW
        return _ALWAYS_THERE if required else _MAY_BE_ABSENT

    def _count(self, place: Place) -> None:
        self._places += 1
        if self._places > TOO_MANY_PLACES:
            raise UnreadableError(f"{place.message} describes more than {TOO_MANY_PLACES:,} places")


def _at(place: Place, findings: Iterable[Finding]) -> Iterator[Difference]:
    return (Difference(finding.impact, str(place), finding.what) for finding in findings)


def _travelling(found: Object, reader: SchemaReader, direction: Direction) -> Object:
    """The same without the keys that do not go this way, or that can have no value."""
    shapes = {name: reader.shape(schema) for name, schema in found.properties.items()}
    staying = {name for name, shape in shapes.items() if shape == NOTHING or _stays(shape, direction)}
    if not staying:
        return found
    return replace(found, properties={k: s for k, s in found.properties.items() if k not in staying})


def _stays(shape: Shape, direction: Direction) -> bool:
    return shape.read_only if direction is Direction.REQUEST else shape.write_only


def _beside(ours: Object, theirs: Object) -> Object:
    """Theirs, whose counts of keys are read as a choice where ours is closed and a choice of all its keys."""
    single = frozenset(frozenset({name}) for name in ours.properties)
    modes = {choice.mode for choice in ours.choices if choice.groups == single and ours.additional is False}
    least, most = theirs.limits.get("minProperties"), theirs.limits.get("maxProperties", 0)
    counted = {"minProperties"} if modes and least == 1 else set[str]()
    if Mode.EXACTLY_ONE in modes and not isinstance(most, str) and most >= 1:
        counted.add("maxProperties")
    limits = {name: limit for name, limit in theirs.limits.items() if name not in counted}
    has_common_keys = not ours.properties.keys().isdisjoint(theirs.properties)
    if "minProperties" not in counted or theirs.choices or not has_common_keys:
        return replace(theirs, limits=limits)
    mode = Mode.EXACTLY_ONE if "maxProperties" in counted and most == 1 else Mode.AT_LEAST_ONE
    return replace(theirs, limits=limits, choices=frozenset({Choice(mode, single)}))


def _among(choices: Iterable[Choice], names: AbstractSet[str]) -> frozenset[Choice]:
    """The choices as far as they concern these keys."""
    restricted = (
        replace(choice, groups=frozenset(g for g in choice.groups if g <= names)) for choice in choices
    )
    return frozenset(choice for choice in restricted if choice.groups)
