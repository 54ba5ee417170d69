"""Compare what requests and answers carry: media types, and for each the schema."""

from collections.abc import Iterator

from .compare_schemas import Place, SchemaComparison
from .impact import Difference, Direction, Impact
from .wire import Api, Body, Content

JSON = "application/json"


class BodyComparison:
    """Compares bodies of two documents."""

    def __init__(self, ours: Api, theirs: Api) -> None:
        self._ours = ours
        self._theirs = theirs

    def requests(self, ours: Body | None, theirs: Body | None, message: str) -> Iterator[Difference]:
        """What a request must carry and may carry."""
        if ours is None and theirs is None:
            return
        if ours is None or theirs is None:
            yield _body_of_one(theirs, message)
            return
        if theirs.required and not ours.required:
            yield Difference(Impact.BREAKING, message, "required now")
        elif ours.required and not theirs.required:
            yield Difference(Impact.ADDITIVE, message, "optional now")
        yield from self.contents(ours.content, theirs.content, message, Direction.REQUEST, Impact.BREAKING)

    def contents(
        self, ours: Content, theirs: Content, message: str, direction: Direction, missing: Impact
    ) -> Iterator[Difference]:
        """Each media type; `missing` is the impact of one that theirs does not have."""
        for media_type in ours.keys() - theirs.keys():
            was = "in ours only" if missing is Impact.OURS_ONLY else "removed"
            yield Difference(missing, message, f"{media_type} {was}")
        for media_type in theirs.keys() - ours.keys():
            yield Difference(Impact.ADDITIVE, message, f"new {media_type}")
        for media_type in ours.keys() & theirs.keys():
            label = message if media_type == JSON else f"{message} {media_type}"
            comparison = SchemaComparison(self._ours.schemas, self._theirs.schemas, direction)
            yield from comparison.compare(ours[media_type], theirs[media_type], Place(label))


def _body_of_one(theirs: Body | None, message: str) -> Difference:
    if theirs is None:
        return Difference(Impact.BREAKING, message, "removed, has no body any more")
    if theirs.required:
        return Difference(Impact.BREAKING, message, "new required body")
    return Difference(Impact.ADDITIVE, message, "new optional body")
