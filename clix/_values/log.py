"""The logger `clix`: methods, path templates, statuses, delays, request ids; never bodies or ids of users."""

from __future__ import annotations

import logging
import os
from contextlib import suppress

logger = logging.getLogger("clix")
logger.addHandler(logging.NullHandler())

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}

DEBUG, INFO, WARNING, ERROR = logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR


def write_log(level: int, message: str, *arguments: object, exc_info: bool = False) -> None:
    """Write a line, if its level is on. What a handler or filter of the application raises changes no outcome."""
    if logger.isEnabledFor(level):
        with suppress(Exception):
            logger.log(level, message, *arguments, exc_info=exc_info, stacklevel=2)


def log_as_environment_says() -> None:
    """`CLIX_LOG=debug` or `CLIX_LOG=info` writes the log to standard error; anything else changes nothing."""
    level = _LEVELS.get(os.environ.get("CLIX_LOG", "").strip().lower())
    if level is None or any(isinstance(handler, _EnvironmentHandler) for handler in logger.handlers):
        return
    handler = _EnvironmentHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(level)


class _EnvironmentHandler(logging.StreamHandler):  # type: ignore[type-arg]
    pass
