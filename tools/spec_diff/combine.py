"""The shape of what satisfies two schemas (`meet`) or any of several (`join`).

Both keep schemas within a shape as schemas; the caller says how two schemas are made one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

from .document import Schema
from .shape import NULL, Array, Choice, Limit, Mode, Object, Scalar, Shape

Both = Callable[[Schema, Schema], Schema]
FLOORS = frozenset({"minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum"})
CEILINGS = frozenset({"maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum"})
_NO_DEMAND = frozenset({frozenset[str]()})


def meet(one: Shape, other: Shape, both: Both) -> Shape:
    """What both shapes allow."""
    return Shape(
        _meet_scalars(one.scalars, other.scalars),
        _meet_arrays(one.array, other.array, both) if one.array and other.array else None,
        _meet_objects(one.object, other.object, both) if one.object and other.object else None,
        {**one.rules, **other.rules},
        one.read_only or other.read_only,
        one.write_only or other.write_only,
    )


def join(shapes: Sequence[Shape], either: Both, mode: Mode) -> Shape:
    """What any of the shapes allows. `mode` says whether it may be several at once."""
    substantial = [shape for shape in shapes if shape.types != NULL.types]
    return Shape(
        _join_scalars([shape.scalars for shape in shapes]),
        _join_arrays([shape.array for shape in shapes if shape.array], either),
        _join_objects([shape.object for shape in shapes if shape.object], either, mode),
        reduce(_common, [shape.rules for shape in substantial]) if substantial else {},
        bool(substantial) and all(shape.read_only for shape in substantial),
        bool(substantial) and all(shape.write_only for shape in substantial),
    )


def simplified(scalars: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    """The same without integers where every number is possible, and without types that have no value left."""
    return {
        name: scalar
        for name, scalar in scalars.items()
        if (scalar.is_open or scalar.values) and not (name == "integer" and scalars.get("number") == Scalar())
    }


def _meet_scalars(one: Mapping[str, Scalar], other: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    common = {name: _meet_scalar(one[name], other[name]) for name in one if name in other}
    for narrow, wide in ((one, other), (other, one)):
        if "integer" in narrow and "number" in wide and "integer" not in wide:
            common["integer"] = _meet_scalar(narrow["integer"], wide["number"])
    return simplified(common)


def _meet_scalar(one: Scalar, other: Scalar) -> Scalar:
    if one.is_open and other.is_open:
        formats = one.formats & other.formats or one.formats | other.formats
        return Scalar(formats, one.values | other.values, limits=_tightened(one.limits, other.limits))
    closed = [scalar.values for scalar in (one, other) if not scalar.is_open]
    return Scalar(values=frozenset.intersection(*closed), is_open=False)


def _meet_arrays(one: Array, other: Array, both: Both) -> Array:
    return Array(both(one.items, other.items), _tightened(one.limits, other.limits))


def _meet_objects(one: Object, other: Object, both: Both) -> Object:
    names = [*one.properties, *(name for name in other.properties if name not in one.properties)]
    return Object(
        {name: _meet_property(name, one, other, both) for name in names},
        one.required | other.required,
        both(one.additional, other.additional),
        one.choices | other.choices,
        _tightened(one.limits, other.limits),
    )


def _meet_property(name: str, one: Object, other: Object, both: Both) -> Schema:
    if name in one.properties and name in other.properties:
        return both(one.properties[name], other.properties[name])
    holder, guest = (one, other) if name in one.properties else (other, one)
    # Read to the letter, a closed part of an allOf forbids what the other parts name. Nobody means that.
    allowed = guest.additional if guest.additional is not False else True
    return both(holder.properties[name], allowed)


def _join_scalars(alternatives: Sequence[Mapping[str, Scalar]]) -> Mapping[str, Scalar]:
    names = dict.fromkeys(name for scalars in alternatives for name in scalars)
    return simplified(
        {
            name: reduce(_join_scalar, [scalars[name] for scalars in alternatives if name in scalars])
            for name in names
        }
    )


def _join_scalar(one: Scalar, other: Scalar) -> Scalar:
    if one.is_open != other.is_open:  # listed values meet what is demanded of them already
        free = one if one.is_open else other
        return replace(free, values=one.values | other.values)
    return Scalar(
        one.formats | other.formats if one.formats and other.formats else frozenset(),
        one.values | other.values,
        one.is_open or other.is_open,
        _loosened(one.limits, other.limits),
    )


def _join_arrays(arrays: Sequence[Array], either: Both) -> Array | None:
    if not arrays:
        return None
    limits = reduce(_loosened, [array.limits for array in arrays])
    return Array(reduce(either, [array.items for array in arrays]), limits)


def _join_objects(objects: Sequence[Object], either: Both, mode: Mode) -> Object | None:
    if not objects:
        return None
    names = dict.fromkeys(name for item in objects for name in item.properties)
    required = frozenset.intersection(*(item.required for item in objects))
    return Object(
        {
            name: reduce(either, [i.properties[name] for i in objects if name in i.properties])
            for name in names
        },
        required,
        reduce(either, [item.additional for item in objects]),
        frozenset.intersection(*(item.choices for item in objects)) | _choice(objects, required, mode),
        reduce(_loosened, [item.limits for item in objects]),
    )


def _choice(objects: Iterable[Object], required: frozenset[str], mode: Mode) -> frozenset[Choice]:
    """The choice that several objects make together when they demand different keys."""
    groups = frozenset(item.required - required for item in objects)
    demands_nothing = groups == _NO_DEMAND or (mode is Mode.AT_LEAST_ONE and frozenset() in groups)
    return frozenset() if demands_nothing else frozenset({Choice(mode, groups)})


def _common(one: Mapping[str, str], other: Mapping[str, str]) -> Mapping[str, str]:
    return dict(one.items() & other.items())


def _tightened(one: Mapping[str, Limit], other: Mapping[str, Limit]) -> Mapping[str, Limit]:
    common = {name: _tighter(name, one[name], other[name]) for name in one if name in other}
    return {**one, **other, **common}


def _tighter(name: str, one: Limit, other: Limit) -> Limit:
    if one == other:
        return one
    if isinstance(one, str) or isinstance(other, str):
        return f"{one} and {other}"
    return max(one, other) if name in FLOORS else min(one, other)


def _loosened(one: Mapping[str, Limit], other: Mapping[str, Limit]) -> Mapping[str, Limit]:
    looser = {name: _looser(name, one[name], other[name]) for name in one if name in other}
    return {name: limit for name, limit in looser.items() if limit is not None}


def _looser(name: str, one: Limit, other: Limit) -> Limit | None:
    if one == other:
        return one
    if isinstance(one, str) or isinstance(other, str) or name not in FLOORS | CEILINGS:
        return None
    return min(one, other) if name in FLOORS else max(one, other)
