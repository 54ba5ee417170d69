"""The key is found in what comes back, however it is escaped."""

from __future__ import annotations

import html
import json
import string
import time
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clix._engine.redaction import redact_error, redacted

keys = st.text(string.ascii_letters + string.digits + string.punctuation, min_size=8, max_size=48)

ESCAPES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": json.dumps,
    "JSON twice": lambda key: json.dumps(json.dumps(key)),
    "JSON in code points": lambda key: "".join(f"\\u{ord(each):04x}" for each in key),
    "JSON in capital code points": lambda key: "".join(f"\\u{ord(each):04X}" for each in key),
    "JSON with an escaped slash": lambda key: json.dumps(key).replace("/", "\\/"),
    "HTML": html.escape,
    "HTML in decimals": lambda key: "".join(f"&#{ord(each)};" for each in key),
    "HTML in hexadecimals": lambda key: "".join(f"&#x{ord(each):X};" for each in key),
    "a URL": lambda key: quote(key, safe=""),
    "a URL in a URL": lambda key: quote(quote(key, safe=""), safe=""),
    "a URL in code points": lambda key: "".join(f"%{ord(each):02x}" for each in key),
    "a repr": lambda key: repr(key.encode()),
    "every second character": lambda key: "".join(
        f"\\u{ord(each):04x}" if place % 2 else json.dumps(each)[1:-1] for place, each in enumerate(key)
    ),
}


@pytest.mark.parametrize("escape", ESCAPES)
@settings(max_examples=10)  # a pattern is compiled for each key
@given(keys, st.binary(max_size=20), st.binary(max_size=20))
def test_a_key_is_found_in_each_way_to_write_it(escape: str, key: str, before: bytes, after: bytes) -> None:
    echo = ESCAPES[escape](key).encode()
    cleaned = redacted(before + b" " + echo + b" " + after, key.encode())
    assert echo not in cleaned or echo in before + after
    assert b"[redacted]" in cleaned


@given(st.binary(max_size=200))
def test_what_is_not_the_key_stays(content: bytes) -> None:
    assert redacted(content, b"clix_sk_canary") == content
    assert redacted(content, b"") == content


def test_an_error_that_quotes_the_key_is_cleaned() -> None:
    error = httpx.RemoteProtocolError("illegal header line: bytearray(b'clix_sk_canary')")
    redact_error(error, b"clix_sk_canary")
    assert str(error) == "illegal header line: bytearray(b'[redacted]')"


@pytest.mark.parametrize("filler", [b"\\", b"&#0", b"%25", b"c\\", b"clix_sk_canar\\"])
def test_a_hostile_body_takes_no_more_than_a_moment(filler: bytes) -> None:
    body = (filler * 65_536)[:65_536]
    began = time.process_time()
    redacted(body, b"clix_sk_canary")
    assert time.process_time() - began < 0.5
