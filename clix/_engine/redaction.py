"""Cleans what comes back of the API key: a hostile server, a proxy's error page or a parser's text may echo it."""

from __future__ import annotations

import functools
import html.entities
import re

REDACTED = b"[redacted]"

_ENTITIES = {chr(code): name for name, code in html.entities.name2codepoint.items() if 0x20 < code < 0x7F} | {
    "'": "apos"
}


def redacted(content: bytes, key: bytes) -> bytes:
    """The content without the key, however its characters are escaped: as in JSON, HTML, a URL or a repr."""
    if not key:
        return content
    if key in content:
        content = content.replace(key, REDACTED)
    if b"\\" in content or b"&" in content or b"%" in content:
        return _escaped(key).sub(REDACTED, content)
    return content


def redact_error(error: BaseException, key: bytes) -> None:
    """Take the key out of an exception's arguments: h11's quote the line that it could not read."""
    if key:
        error.args = tuple(_redacted_argument(argument, key) for argument in error.args)


def _redacted_argument(argument: object, key: bytes) -> object:
    if isinstance(argument, str):
        return redacted(argument.encode("utf-8", "surrogatepass"), key).decode("utf-8", "surrogatepass")
    if isinstance(argument, bytes | bytearray):
        return redacted(bytes(argument), key)
    return argument


@functools.lru_cache(maxsize=4)
def _escaped(key: bytes) -> re.Pattern[bytes]:
    return re.compile("".join(map(_forms, key.decode("ascii"))).encode("ascii"))


def _forms(character: str) -> str:
    """The ways to write a character. Each is bounded: a body of nothing but backslashes must not take seconds."""
    code = ord(character)
    forms = [
        rf"\\{{0,4}}{re.escape(character)}",
        rf"\\{{1,4}}(?:u00|x)(?i:{code:02x})",
        rf"&#0{{0,5}}{code};?",
        rf"&#[xX]0{{0,5}}(?i:{code:x});?",
        rf"%(?:25){{0,3}}(?i:{code:02x})",
    ]
    if character in _ENTITIES:
        forms.append(f"&{_ENTITIES[character]};")
    return f"(?:{'|'.join(forms)})"
