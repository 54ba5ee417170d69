"""`clix-py`: parse the arguments, run the command, and turn whatever happens into an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .._version import __version__
from ._commands import broadcast, completion, doctor, emulator, runs, send, track, trigger, users
from ._errors import report
from ._parser import Parser
from ._terminal.exit import ExitCode
from ._terminal.interrupt import report_interrupt
from ._terminal.output import flush_output, forget_output, never_fail_on_characters

_EPILOG = """\
Settings come from the environment:

  CLIX_PROJECT_ID, CLIX_API_KEY
  CLIX_BASE_URL     another Clix, for example the emulator
  CLIX_LOG=debug    log every request, show where errors come from
  NO_COLOR=1        no colours

Exit codes:

  0    ok
  1    error
  2    wrong arguments, settings or files; nothing was sent
  3    partly done
  4    Clix refused the key
  130  interrupted"""

_COMMANDS = (broadcast, runs, send, users, trigger, track, doctor, emulator, completion)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code, see `ExitCode`."""
    never_fail_on_characters()
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    try:
        return _run(words)
    except SystemExit as end:  # argparse, after --help or a wrong argument
        return end.code if isinstance(end.code, int) else ExitCode.ERROR
    except KeyboardInterrupt as interrupt:
        return report_interrupt(interrupt)
    except BrokenPipeError:
        forget_output()
        return ExitCode.ERROR
    except Exception as error:  # noqa: BLE001 - a user gets a line, never a traceback
        return report(error, as_json=as_json)


def build_parser() -> Parser:
    """The parser of all commands."""
    parser = Parser(
        prog="clix-py",
        description="Send push notifications with Clix, and look after what they need. Not an official Clix product.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"clix-sdk {__version__}")
    parser.set_defaults(root=parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for command in _COMMANDS:
        command.register(commands)
    return parser


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The arguments; exits for --help and for wrong ones."""
    parser = build_parser()
    arguments, rest = parser.parse_known_args(words)
    if rest and hasattr(arguments, "pairs") and not any(word.startswith("-") for word in rest):
        arguments.pairs += rest  # KEY=VALUE behind an option, which argparse does not expect there
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return arguments


def _run(words: Sequence[str]) -> int:
    if words[:1] == [emulator.NAME]:
        return emulator.run_with(words[1:])
    arguments = parse(words)
    arguments.words = words
    code: int = arguments.run(arguments)
    flush_output()
    return code
