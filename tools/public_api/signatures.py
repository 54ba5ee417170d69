"""The parameters of functions and of the `__init__` that attrs writes, as text."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

import griffe

_ATTRS = frozenset(f"{home}.{name}" for home in ("attr", "attrs") for name in ("define", "frozen", "mutable"))
_FIELD = frozenset({"attr.field", "attrs.field", "attr.ib"})


class _Text(str):
    """Stands in a signature as it is, where `inspect` would put quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def signature_of(function: griffe.Function) -> str:
    """The parameters and what is returned, for example `(self, to: str, *, title: str | None = None) -> SendResult`."""
    returns = "" if function.returns is None else f" -> {function.returns}"
    return f"{_listed(map(_parameter, function.parameters))}{returns}"


def init_of(cls: griffe.Class, ancestry: Iterable[griffe.Class]) -> str | None:
    """The parameters of an attrs class's `__init__`, or None where attrs writes none.

    Args:
        cls: the class.
        ancestry: its bases within the package, the farthest first.
    """
    if _attrs_options(cls) is None:
        return None
    fields = {field.name: field for owner in (*ancestry, cls) for field in _fields(owner)}
    ordered = sorted(fields.values(), key=lambda field: field.kind)
    return f"{_listed([_receiver(), *ordered])} -> None"


def _listed(parameters: Iterable[inspect.Parameter]) -> str:
    return str(inspect.Signature(list(parameters)))


def _receiver() -> inspect.Parameter:
    return inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _parameter(parameter: griffe.Parameter) -> inspect.Parameter:
    kind = griffe.ParameterKind.positional_or_keyword if parameter.kind is None else parameter.kind
    variadic = kind in (griffe.ParameterKind.var_positional, griffe.ParameterKind.var_keyword)
    return _make(
        parameter.name.lstrip("*"),
        inspect._ParameterKind[kind.name.upper()],  # noqa: SLF001 - the enumeration's only name
        None if variadic else _value_behind(parameter.default),
        parameter.annotation,
    )


def _value_behind(default: str | griffe.Expr | None) -> object:
    """A constant's value in place of its name, so that another value is another default."""
    if isinstance(default, griffe.ExprName) and isinstance(default.parent, griffe.Object):
        try:
            constant = default.parent.modules_collection.get_member(default.canonical_path)
        except KeyError:
            return default
        if isinstance(constant, griffe.Attribute) and constant.value is not None:
            return constant.value
    return default


def _make(name: str, kind: inspect._ParameterKind, default: object, annotation: object) -> inspect.Parameter:
    empty = inspect.Parameter.empty
    return inspect.Parameter(
        name,
        kind,
        default=empty if default is None else _Text(default),
        annotation=empty if annotation is None else _Text(annotation),
    )


def _fields(cls: griffe.Class) -> Iterator[inspect.Parameter]:
    options = _attrs_options(cls)
    if options is None:
        return
    for member in cls.members.values():
        if isinstance(member, griffe.Attribute) and _is_field(member):
            given = _field_options(member.value)
            if str((given or {}).get("init")) == "False":
                continue
            yield _field(member, given, kw_only=str(options.get("kw_only")) == "True")


def _is_field(member: griffe.Attribute) -> bool:
    """Whether attrs takes it: an annotated name of a class's body. Properties are attributes to griffe too."""
    if member.annotation is None or "property" in member.labels or "instance-attribute" not in member.labels:
        return False
    return not str(member.annotation).startswith("ClassVar")


def _field(
    member: griffe.Attribute, options: dict[str, object] | None, *, kw_only: bool
) -> inspect.Parameter:
    if options is None:
        default: object = member.value
    else:
        factory = options.get("factory")
        default = options.get("default") if factory is None else f"{factory}()"
        kw_only = str(options.get("kw_only", kw_only)) == "True"
    kind = inspect.Parameter.KEYWORD_ONLY if kw_only else inspect.Parameter.POSITIONAL_OR_KEYWORD
    return _make(member.name.lstrip("_"), kind, default, member.annotation)


def _attrs_options(cls: griffe.Class) -> dict[str, object] | None:
    for decorator in cls.decorators:
        if isinstance(decorator.value, griffe.Expr) and decorator.value.canonical_path in _ATTRS:
            return _keywords(decorator.value)
    return None


def _field_options(value: object) -> dict[str, object] | None:
    """The arguments of `field(...)`, or None for a plain default."""
    if isinstance(value, griffe.ExprCall) and value.canonical_path in _FIELD:
        return _keywords(value)
    return None


def _keywords(call: griffe.Expr) -> dict[str, object]:
    arguments = call.arguments if isinstance(call, griffe.ExprCall) else ()
    return {
        argument.name: argument.value for argument in arguments if isinstance(argument, griffe.ExprKeyword)
    }
