"""Compare the answers of an operation: statuses, headers, bodies.

Documents seldom describe errors well, so ours may know more of them. What theirs states under the same status is
compared in full. A `default` of theirs is compared with the ranges of ours (`4XX`); what ours knows of one status
beyond that is its own.
"""

from collections.abc import Iterator, Mapping

from .compare_bodies import BodyComparison
from .compare_schemas import Place, SchemaComparison
from .impact import Difference, Direction, Impact
from .wire import Answer, Api, Content, Header
from .wording import describe

ANY_SUCCESS, PLAIN_SUCCESS, DEFAULT = "2XX", "200", "default"
Answers = Mapping[str, Answer]


class AnswerComparison:
    """Compares answers of two documents."""

    def __init__(self, ours: Api, theirs: Api) -> None:
        self._ours = ours
        self._theirs = theirs
        self._bodies = BodyComparison(ours, theirs)

    def compare(self, ours: Answers, theirs: Answers, operation: str) -> Iterator[Difference]:
        """Every difference between the answers of one operation."""
        yield from self._compare_successes(_successes(ours), _successes(theirs), operation)
        yield from self._compare_errors(_errors(ours), _errors(theirs), operation)

    def _compare_successes(self, ours: Answers, theirs: Answers, operation: str) -> Iterator[Difference]:
        """`2XX` in ours tolerates every success, and counts on 200."""
        expected = {PLAIN_SUCCESS if status == ANY_SUCCESS else status for status in ours}
        for status in sorted(expected - theirs.keys()) if ANY_SUCCESS not in theirs else ():
            yield Difference(Impact.BREAKING, f"{operation} answer {status}", "removed")
        for status, answer in theirs.items():
            place = f"{operation} answer {status}"
            if status not in expected | ours.keys():
                yield Difference(Impact.ADDITIVE, place, "new")
            counterpart = ours.get(status, ours.get(ANY_SUCCESS))
            if counterpart is not None:
                yield from self._compare_success(counterpart, answer, place)

    def _compare_success(self, ours: Answer, theirs: Answer, place: str) -> Iterator[Difference]:
        yield from self._compare_headers(ours.headers, theirs.headers, place)
        contents = (ours.content, theirs.content)
        yield from self._bodies.contents(*contents, place, Direction.ANSWER, Impact.BREAKING)

    def _compare_errors(self, ours: Answers, theirs: Answers, operation: str) -> Iterator[Difference]:
        for status, answer in theirs.items():
            place = f"{operation} answer {status}"
            if status in ours:
                yield from self._compare_error(ours[status], answer, place)
            elif status == DEFAULT and (ranges := _ranges(ours, theirs)):
                yield from self._compare_default(ranges, answer, operation)
            else:
                yield Difference(Impact.ADDITIVE, place, "new")
        for status in ours.keys() - theirs.keys():
            if not self._is_covered(status, ours[status], theirs):
                yield Difference(Impact.OURS_ONLY, f"{operation} answer {status}", "in ours only")

    def _compare_error(self, ours: Answer, theirs: Answer, place: str) -> Iterator[Difference]:
        yield from self._compare_headers(ours.headers, theirs.headers, place)
        missing = Impact.BREAKING if theirs.content else Impact.OURS_ONLY  # often no body is described at all
        yield from self._compare_error_bodies(ours.content, theirs.content, place, missing)

    def _compare_default(self, ranges: Answers, default: Answer, operation: str) -> Iterator[Difference]:
        """What theirs says of all errors against what ours says of all of a kind."""
        place = f"{operation} answer {DEFAULT}"
        for media_type, schema in default.content.items():
            known = [answer.content for answer in ranges.values() if media_type in answer.content]
            for content in known or [{}]:
                ours = {name: stated for name, stated in content.items() if name == media_type}
                yield from self._compare_error_bodies(ours, {media_type: schema}, place, Impact.OURS_ONLY)
        for name in default.headers.keys() - {name for answer in ranges.values() for name in answer.headers}:
            yield self._new_header(default.headers[name], place)
        yield from _missing_media_types(ranges, default, operation)

    def _compare_error_bodies(
        self, ours: Content, theirs: Content, place: str, missing: Impact
    ) -> Iterator[Difference]:
        """A media type without a schema, or with an example alone, promises nothing that could break."""
        vague = {
            name for name, schema in theirs.items() if schema is True and ours.get(name, True) is not True
        }
        for media_type in vague:
            yield Difference(Impact.OURS_ONLY, place, f"schema of {media_type} in ours only")
        described = {name: schema for name, schema in ours.items() if name not in vague}
        stated = {name: schema for name, schema in theirs.items() if name not in vague}
        yield from self._bodies.contents(described, stated, place, Direction.ANSWER, missing)

    def _is_covered(self, status: str, answer: Answer, theirs: Answers) -> bool:
        """Whether a range or `default` of theirs says the same of a status that it does not name."""
        general = theirs.get(f"{status[0]}XX", theirs.get(DEFAULT))
        if general is None:
            return False
        if status.endswith("XX"):
            return True  # compared with the default already
        contents = (answer.content, general.content)
        return not any(self._bodies.contents(*contents, "", Direction.ANSWER, Impact.OURS_ONLY))

    def _compare_headers(
        self, ours: Mapping[str, Header], theirs: Mapping[str, Header], place: str
    ) -> Iterator[Difference]:
        for name in ours.keys() - theirs.keys():
            yield Difference(Impact.OURS_ONLY, f"{place} header {ours[name].name}", "in ours only")
        for name in theirs.keys() - ours.keys():
            yield self._new_header(theirs[name], place)
        for name in ours.keys() & theirs.keys():
            yield from self._compare_header(ours[name], theirs[name], f"{place} header {ours[name].name}")

    def _compare_header(self, ours: Header, theirs: Header, place: str) -> Iterator[Difference]:
        if theirs.required and not ours.required:
            yield Difference(Impact.ADDITIVE, place, "always there now")
        elif ours.required and not theirs.required:
            yield Difference(Impact.BREAKING, place, "may be absent")
        comparison = SchemaComparison(self._ours.schemas, self._theirs.schemas, Direction.ANSWER)
        yield from comparison.compare(ours.schema, theirs.schema, Place(place))

    def _new_header(self, header: Header, place: str) -> Difference:
        what = f"new {describe(header.schema, self._theirs.schemas)}"
        return Difference(Impact.ADDITIVE, f"{place} header {header.name}", what)


def _successes(answers: Answers) -> Answers:
    return {status: answer for status, answer in answers.items() if status.startswith("2")}


def _errors(answers: Answers) -> Answers:
    return {status: answer for status, answer in answers.items() if not status.startswith("2")}


def _missing_media_types(ranges: Answers, default: Answer, operation: str) -> Iterator[Difference]:
    """What every range of ours has is gone, as far as theirs says what errors carry; the rest only ours knew."""
    usual = frozenset.intersection(*(frozenset(answer.content) for answer in ranges.values()))
    gone = usual - default.content.keys() if default.content else frozenset[str]()
    for media_type in gone:
        yield Difference(Impact.BREAKING, f"{operation} answer {DEFAULT}", f"{media_type} removed")
    for status, answer in ranges.items():
        for media_type in answer.content.keys() - default.content.keys() - gone:
            yield Difference(Impact.OURS_ONLY, f"{operation} answer {status}", f"{media_type} in ours only")


def _ranges(ours: Answers, theirs: Answers) -> Answers:
    """The ranges of ours that only theirs' default can stand for."""
    return {s: answer for s, answer in ours.items() if s.endswith("XX") and s not in theirs}
