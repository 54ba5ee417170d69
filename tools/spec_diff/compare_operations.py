"""Compare two whole documents: servers, operations, and for each its parameters, credentials and messages."""

from collections.abc import Iterator
from dataclasses import replace

from .auth import compare_auth
from .compare_answers import AnswerComparison
from .compare_bodies import BodyComparison
from .compare_schemas import Place, SchemaComparison
from .impact import Difference, Direction, Impact
from .wire import Api, Credential, Operation, Parameter
from .wording import describe


def compare(ours: Api, theirs: Api) -> list[Difference]:
    """Every difference on the wire, worst first, each once."""
    order = list(Impact)
    found = set(_differences(ours, theirs))
    return sorted(found, key=lambda difference: (order.index(difference.impact), *difference[1:]))


def _differences(ours: Api, theirs: Api) -> Iterator[Difference]:
    yield from _compare_servers(ours.servers, theirs.servers, "server")
    for webhook in ours.webhooks - theirs.webhooks:
        yield Difference(Impact.BREAKING, f"webhook {webhook}", "removed")
    for webhook in theirs.webhooks - ours.webhooks:
        yield Difference(Impact.ADDITIVE, f"webhook {webhook}", "new")
    for key in ours.operations.keys() - theirs.operations.keys():
        yield Difference(Impact.BREAKING, str(ours.operations[key]), "removed")
    for key in theirs.operations.keys() - ours.operations.keys():
        yield Difference(Impact.ADDITIVE, str(theirs.operations[key]), "new")
    comparison = _OperationComparison(ours, theirs)
    for key in ours.operations.keys() & theirs.operations.keys():
        yield from comparison.compare(ours.operations[key], theirs.operations[key])


def _compare_servers(ours: frozenset[str], theirs: frozenset[str], place: str) -> Iterator[Difference]:
    for address in ours - theirs:
        if theirs:
            yield Difference(Impact.BREAKING, f"{place} {address}", "removed")
        else:  # it is not said where theirs is
            yield Difference(Impact.OURS_ONLY, f"{place} {address}", "in ours only")
    for address in theirs - ours:
        yield Difference(Impact.ADDITIVE, f"{place} {address}", "new")


class _OperationComparison:
    def __init__(self, ours: Api, theirs: Api) -> None:
        self._ours = ours
        self._theirs = theirs
        self._bodies = BodyComparison(ours, theirs)
        self._answers = AnswerComparison(ours, theirs)

    def compare(self, ours: Operation, theirs: Operation) -> Iterator[Difference]:
        name = str(ours)
        if ours.servers is not None or theirs.servers is not None:
            servers = (_servers_of(ours, self._ours), _servers_of(theirs, self._theirs))
            yield from _compare_servers(*servers, f"{name} server")
        ours, theirs = _with_declared_credentials(ours, theirs), _with_declared_credentials(theirs, ours)
        for impact, what in compare_auth(ours.auth, theirs.auth):
            yield Difference(impact, f"{name} auth", what)
        yield from self._compare_parameters(ours, theirs)
        yield from self._bodies.requests(ours.body, theirs.body, f"{name} request")
        yield from self._answers.compare(ours.answers, theirs.answers, name)

    def _compare_parameters(self, ours: Operation, theirs: Operation) -> Iterator[Difference]:
        for key, parameter in ours.parameters.items():
            place = f"{ours} {parameter.place} {parameter.name}"
            if key in theirs.parameters:
                yield from self._compare_parameter(parameter, theirs.parameters[key], place)
            else:
                was = describe(parameter.schema, self._ours.schemas)
                yield Difference(Impact.BREAKING, place, f"removed, was {was}")
        for key, parameter in theirs.parameters.items():
            if key not in ours.parameters:
                yield self._new_parameter(parameter, str(ours))

    def _compare_parameter(self, ours: Parameter, theirs: Parameter, place: str) -> Iterator[Difference]:
        if theirs.required and not ours.required:
            yield Difference(Impact.BREAKING, place, "required now")
        elif ours.required and not theirs.required:
            yield Difference(Impact.ADDITIVE, place, "optional now")
        if ours.encoding != theirs.encoding:
            yield Difference(Impact.BREAKING, place, f"written {theirs.encoding}, was {ours.encoding}")
        comparison = SchemaComparison(self._ours.schemas, self._theirs.schemas, Direction.REQUEST)
        yield from comparison.compare(ours.schema, theirs.schema, Place(place))

    def _new_parameter(self, parameter: Parameter, operation: str) -> Difference:
        place = f"{operation} {parameter.place} {parameter.name}"
        kind = describe(parameter.schema, self._theirs.schemas)
        if parameter.required:
            return Difference(Impact.BREAKING, place, f"new required {kind}")
        return Difference(Impact.ADDITIVE, place, f"new optional {kind}")


def _servers_of(operation: Operation, api: Api) -> frozenset[str]:
    return api.servers if operation.servers is None else operation.servers


def _with_declared_credentials(operation: Operation, other: Operation) -> Operation:
    """The same, with parameters that the other document counts among the credentials counted so here, too."""
    here = {credential for all_of in operation.auth for credential in all_of}
    wanted = {credential for all_of in other.auth for credential in all_of}
    declared = {(c.place, c.key): c for c in wanted if _declares(operation, c) or c in here}
    parameters = {key: found for key, found in operation.parameters.items() if key not in declared}
    needed = {declared[key] for key in operation.parameters.keys() & declared.keys()}
    return replace(
        operation, parameters=parameters, auth=frozenset(all_of | needed for all_of in operation.auth)
    )


def _declares(operation: Operation, credential: Credential) -> bool:
    parameter = operation.parameters.get((credential.place, credential.key))
    return parameter is not None and parameter.required
