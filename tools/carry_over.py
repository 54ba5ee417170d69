"""Write into openapi.yaml what a comparison found and a program can write, and report the rest.

    python -m tools.carry_over SPEC --report FILE       is `make carry-over SPEC=... REPORT=...`

Only one kind of change is mechanical: a new optional field that holds a string, a number or a boolean, in an object
that openapi.yaml describes. Each is tried by itself and kept if a second comparison no longer tells it and tells
nothing new, so that a field of an answer never slips into a request that shares the schema. Then clix_api_client/ is
generated anew. The report is not written when there are no news.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from tools.generate_client import REPOSITORY, GenerationError, write
from tools.spec_diff.accepted import Outcome, read_acceptances, set_aside
from tools.spec_diff.cli import ACCEPTED, UNREADABLE, api_of
from tools.spec_diff.compare_operations import compare
from tools.spec_diff.errors import UnreadableError
from tools.spec_diff.impact import Difference, Impact
from tools.spec_diff.parse import parse
from tools.spec_diff.report import as_markdown
from tools.spec_diff.source import read
from tools.spec_diff.wire import Api

SPEC = "openapi.yaml"

_FIELD = re.compile(r"new (?:optional )?(string|integer|number|boolean)(?: \(([\w-]+)\))?( or null)?")
_PLACE = re.compile(r"([A-Z]+) (/\S*) (request|answer \w+) (\S+)")


class Carried(NamedTuple):
    """The document with what could be carried over, and the differences that it took care of."""

    text: str
    differences: list[Difference]


def carry_over(text: str, theirs: Api) -> Carried:
    """Write every mechanical difference into our document's text."""
    carried: list[Difference] = []
    told = set(_compare(text, theirs))
    for difference in sorted(told):
        if difference not in told or (changed := _with_field(text, difference)) is None:
            continue
        told_then = set(_compare(changed, theirs))
        if told_then < told and difference not in told_then:
            carried += sorted(told - told_then)
            text, told = changed, told_then
    return Carried(text, carried)


def _compare(text: str, theirs: Api) -> list[Difference]:
    return list(compare(api_of(parse(text.encode(), SPEC)), theirs))


def _with_field(text: str, difference: Difference) -> str | None:
    """The document with the new field, or None where this is no field that we can write."""
    field, place = _FIELD.fullmatch(difference.what), _PLACE.fullmatch(difference.place)
    if difference.impact is not Impact.ADDITIVE or field is None or place is None:
        return None
    method, path, message, keys = place.groups()
    *way, name = re.sub(r"\[\]", ".[]", keys).split(".")
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        return None
    document = _Document(text)
    fields = document.fields_of(document.message(method.lower(), path, message), way)
    return None if fields is None else _insert(text, fields, name, _schema(*field.groups()))


def _insert(text: str, fields: yaml.MappingNode, name: str, schema: Sequence[str]) -> str:
    """The text with one more property below the last one of `fields`."""
    lines = text.splitlines(keepends=True)
    value = fields.value[-1][1]
    is_block = isinstance(value, yaml.CollectionNode) and not value.flow_style
    last = value.end_mark.line + (not is_block)  # a block ends where the next thing begins
    while not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#"):
        last -= 1
    indent = " " * fields.start_mark.column
    new = [f"{indent}{line}\n" for line in (f"{name}:", *(f"  {line}" for line in schema))]
    return "".join([*lines[:last], *new, *lines[last:]])


def _schema(type_: str, format_: str | None, null: str | None) -> list[str]:
    lines = [f"type: [{type_}, 'null']" if null else f"type: {type_}"]
    return lines if format_ is None else [*lines, f"format: {format_}"]


class _Document:
    """Our document, with the line of everything in it."""

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text, Loader=yaml.CSafeLoader)

    def message(self, method: str, path: str, message: str) -> yaml.Node | None:
        """The schema of a request's or an answer's JSON body."""
        operation = self._at(self._root, "paths", path, method)
        if message == "request":
            return self._at(operation, "requestBody", "content", "application/json", "schema")
        statuses = (message.removeprefix("answer "), "2XX" if message.startswith("answer 2") else "")
        answers = (self._at(operation, "responses", status) for status in statuses)
        return self._at(next(filter(None, answers), None), "content", "application/json", "schema")

    def fields_of(self, schema: yaml.Node | None, way: Sequence[str]) -> yaml.MappingNode | None:
        """The properties, one to a line, of the object that is reached from `schema` by a way such as users, []."""
        for step in way:
            schema = self._at(self._plain(schema), *(("items",) if step == "[]" else ("properties", step)))
        fields = self._at(self._plain(schema), "properties")
        return fields if isinstance(fields, yaml.MappingNode) and not fields.flow_style else None

    def _plain(self, schema: yaml.Node | None) -> yaml.Node | None:
        """The schema itself where there is a choice between it and null."""
        choice = self._at(schema, "anyOf")
        if not isinstance(choice, yaml.SequenceNode):
            return schema
        options = [self._followed(option) for option in choice.value]
        objects = [option for option in options if self._at(option, "properties") is not None]
        return objects[0] if len(objects) == 1 else None

    def _at(self, node: yaml.Node | None, *keys: str) -> yaml.Node | None:
        for key in keys:
            node = self._followed(node)
            found = node.value if isinstance(node, yaml.MappingNode) else []
            node = next((value for name, value in found if name.value == key), None)
        return self._followed(node)

    def _followed(self, node: yaml.Node | None) -> yaml.Node | None:
        """What a reference leads to, or the node itself."""
        if not isinstance(node, yaml.MappingNode):
            return node
        reference = next((value.value for name, value in node.value if name.value == "$ref"), None)
        return node if reference is None else self._at(self._root, *reference.removeprefix("#/").split("/"))


def report(outcome: Outcome, source: str, carried: Sequence[Difference]) -> str:
    """The text of a pull request."""
    if not carried:
        return f"{as_markdown(outcome, source)}\nNothing of it was carried over: each needs a decision.\n"
    lines = "\n".join(f"- `{difference}`" for difference in carried)
    return f"{as_markdown(outcome, source)}\n## Carried over\n\nThese are in `{SPEC}` and the client now.\n\n{lines}\n"


def run(repository: Path, spec: str, report_file: Path) -> None:
    """Compare, carry over, generate, report.

    Raises:
        UnreadableError: a document cannot be read.
        GenerationError: the client cannot be generated; openapi.yaml is as it was.
    """
    theirs, document = api_of(parse(read(spec), spec)), repository / SPEC
    text = document.read_text(encoding="utf-8")
    outcome = set_aside(_compare(text, theirs), read_acceptances(ACCEPTED))
    if not outcome.no_longer_true and all(found.impact is Impact.OURS_ONLY for found in outcome.news):
        print("No news.")
        return
    carried = carry_over(text, theirs)
    if carried.differences:
        document.write_text(carried.text, encoding="utf-8")
        try:
            write(repository)
        except GenerationError:
            document.write_text(text, encoding="utf-8")
            raise
    report_file.write_text(report(outcome, spec, carried.differences), encoding="utf-8")
    print(f"{len(outcome.news)} news, {len(carried.differences)} of them carried over; see {report_file}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the result is the exit code: 0 done, 1 no client, 3 a document cannot be read."""
    parser = argparse.ArgumentParser(
        prog="carry_over", description="Write into openapi.yaml what a program can."
    )
    parser.add_argument("spec", help="the provider's document: a path, or an https:// address")
    parser.add_argument("--report", type=Path, default=Path("report.md"), help="where the report goes")
    options = parser.parse_args(arguments)
    try:
        run(REPOSITORY, options.spec, options.report)
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    except GenerationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
