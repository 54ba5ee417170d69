"""The command line, and what its exit code says."""

import argparse
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from .accepted import Acceptance, Outcome, read_acceptances, set_aside
from .compare_operations import compare
from .document import open_document
from .errors import UnreadableError
from .grammar import require_sound
from .impact import Difference, Impact, in_one_line
from .operations import read_api
from .parse import parse
from .report import as_json, as_markdown, as_text
from .source import read
from .wire import Api

OURS = Path(__file__).resolve().parents[2] / "openapi.yaml"
ACCEPTED = Path(__file__).resolve().parent / "accepted.yaml"
LONGEST_LINE = 500  # characters, of the line that says why a document cannot be read
SAME, ADDITIVE, BREAKING, UNREADABLE = range(4)
_EXIT_CODES = """\
exit codes: 0 nothing to do (no difference, or ours only), 1 additive differences or an accepted one that is no
longer true, 2 breaking differences, 3 a document or the command line cannot be read. Accepted differences do not
count."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the result is the exit code."""
    options = _parser().parse_args(arguments)
    try:
        acceptances = [] if options.accept_nothing else _load_acceptances(options.accepted_file)
        outcome = set_aside(compare_documents(options.ours, options.spec), acceptances)
        if options.markdown is not None:
            _write(options.markdown, as_markdown(outcome, options.spec))
    except UnreadableError as error:
        print(_brief(in_one_line(str(error))), file=sys.stderr)
        return UNREADABLE
    print(as_json(outcome) if options.json else as_text(outcome, with_accepted=options.accepted))
    return _exit_code(outcome)


def compare_documents(ours: str, theirs: str) -> list[Difference]:
    """Every difference between two documents, each a path or an https:// address. Raises UnreadableError."""
    with _named(ours):
        our_api = _load(ours)
    with _named(theirs):
        return compare(our_api, _load(theirs))


def api_of(root: Any) -> Api:
    """What a parsed document says about the wire. Raises UnreadableError."""
    document = open_document(root)
    require_sound(document)
    return read_api(document)


def _load(source: str) -> Api:
    return api_of(parse(read(source), source))


def _load_acceptances(path: Path) -> list[Acceptance]:
    with _named(str(path)):
        return read_acceptances(path)


@contextmanager
def _named(source: str) -> Generator[None]:
    """Put the document's name before the reason why it cannot be read."""
    try:
        yield
    except RecursionError:
        raise UnreadableError(f"{source}: is nested too deeply") from None
    except UnreadableError as error:
        raise UnreadableError(f"{source}: {error}") from error


def _brief(line: str) -> str:
    """The line without its middle, where a document gave something a name of great length."""
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[:half]}...{line[-half:]}"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be written: {error.strerror}") from error


def _exit_code(outcome: Outcome) -> int:
    impacts = {difference.impact for difference in outcome.news}
    if Impact.BREAKING in impacts:
        return BREAKING
    return ADDITIVE if Impact.ADDITIVE in impacts or outcome.no_longer_true else SAME


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Keep argparse's own exit code, 2, from being taken for breaking differences."""
        self.print_usage(sys.stderr)
        self.exit(UNREADABLE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m tools.spec_diff",
        description="Compare an OpenAPI 3.0 or 3.1 document with openapi.yaml by what goes over the wire.",
        epilog=_EXIT_CODES,
    )
    parser.add_argument("spec", help="the document to compare: a path, or an https:// address")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument(
        "--markdown", metavar="FILE", type=Path, help="write a report for a pull request, too"
    )
    parser.add_argument("--accepted", action="store_true", help="list the accepted differences, too")
    parser.add_argument("--accept-nothing", action="store_true", help="report them as if they were news")
    parser.add_argument(
        "--accepted-file", metavar="FILE", type=Path, default=ACCEPTED, help="another file of them"
    )
    parser.add_argument(
        "--ours", metavar="SPEC", default=str(OURS), help="another document than openapi.yaml"
    )
    return parser
