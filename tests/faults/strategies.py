"""Random faults for property-based tests: each is quick, and each is honest.

Quick: no fault waits longer than `LONGEST_WAIT` by itself; silence lasts until the client gives up, so give the client
a timeout of a few hundredths of a second. Honest: what is answered with a 2xx was executed and what is answered with a
3xx or 4xx was not, while any other status, a cut and silence may hide either. Without that no client could be right.
"""

from typing import Literal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.faults.answers import Answer, Answering, Closing, Ok, Raw, ReadThenSilence, Redirect
from tests.faults.floods import EndlessHeaders, GzipBomb, HugeBody
from tests.faults.kinds import AnswerEarly, CutRequestAt, Fault, Refuse, RejectAfterAccept, SilentAccept
from tests.faults.wrapping import CloseIdle, CutAnswerAt, Drip, Informational, Late

LONGEST_WAIT = 0.05

_CLOSINGS: SearchStrategy[Closing] = st.sampled_from(["fin", "rst"])
_CUT_ENDINGS: SearchStrategy[Closing | Literal["silence"]] = st.sampled_from(["fin", "rst", "silence"])

_BODIES = st.sampled_from(
    [
        b"",
        b"{}",
        b"null",
        b'{"error": "Too Many Requests"}',
        b'{"code": 13, "message": "internal", "details": [{"@type": "x"}]}',
        b"Invalid push notification parameters",
        b"<html><title>502 Bad Gateway</title></html>",
        b"\xff\xfe\x00",
        b'{"delivery_results": NaN}',
        b'{"delivery_results": [{"message_id": ' + b"9" * 5_000 + b"}]}",
        b"[" * 100_000,
    ]
) | st.binary(max_size=64)

_HEADERS = st.lists(
    st.sampled_from(
        [
            ("content-type", "application/json"),
            ("content-type", "text/html; charset=nonsense"),
            ("content-encoding", "gzip"),
            ("content-length", "1"),
            ("content-length", "999999"),
            ("transfer-encoding", "chunked"),
            ("connection", "close"),
            ("set-cookie", "session=1"),
            ("retry-after", "0"),
            ("retry-after", "1"),
            ("retry-after", "61"),
            ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"),
            ("retry-after", "soon"),
            ("x-ratelimit-limit", "1000"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-remaining", "-1"),
            ("x-ratelimit-reset", "99999999999"),
            ("x-request-id", "fault"),
        ]
    ),
    max_size=4,
    unique_by=lambda header: header[0],
)

# Bytes that no client can take for a whole answer.
_GARBAGE = st.sampled_from(
    [
        b"",
        b"\x00",
        b"\r\n\r\n",
        b"HTTP/1.1",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 500 Oops\r\nno colon\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01\x00\x02\x02\x28",
        b"220 smtp.example.com ESMTP\r\n",
    ]
)

_ALWAYS = st.just(value=True)
_NEVER = st.just(value=False)
_REFUSALS = st.one_of(st.just(429), st.integers(300, 499))
_UNCERTAIN = st.one_of(
    st.sampled_from([500, 502, 503, 504, 520, 529]), st.integers(100, 199), st.integers(500, 999)
)
_PLACES = ["http://127.0.0.1:9/elsewhere", "https://elsewhere.example/", "/api/v1/health", "", "::::"]


def faults(max_size: int = 6) -> SearchStrategy[list[Fault]]:
    """Scripts of up to `max_size` faults."""
    return st.lists(any_fault(), max_size=max_size)


def any_fault() -> SearchStrategy[Fault]:
    """One fault of any kind, or a good answer."""
    return st.one_of(
        _of_the_connection(), _of_the_request(), _never_answered(), _answers(), _spoilt(_answers())
    )


def _of_the_connection() -> SearchStrategy[Fault]:
    return st.one_of(
        st.builds(Refuse, st.floats(0.001, 0.02)),
        st.builds(RejectAfterAccept, _CLOSINGS),
        st.builds(SilentAccept),
    )


def _of_the_request() -> SearchStrategy[Fault]:
    return st.one_of(
        st.builds(CutRequestAt, st.integers(0, 1_000), ending=_CUT_ENDINGS),
        st.builds(AnswerEarly, _plain_answers(statuses=_REFUSALS), ending=_CLOSINGS),
    )


def _never_answered() -> SearchStrategy[Fault]:
    return st.one_of(
        st.builds(ReadThenSilence, processed=st.booleans()),
        st.builds(Raw, _GARBAGE, processed=st.booleans(), ending=_CUT_ENDINGS),
        st.builds(EndlessHeaders, st.booleans(), processed=st.booleans()),
    )


def _answers() -> SearchStrategy[Answering]:
    return st.one_of(
        st.builds(Ok),
        _plain_answers(statuses=st.integers(200, 299), processed=_ALWAYS),
        _plain_answers(statuses=_REFUSALS),
        _plain_answers(statuses=_UNCERTAIN, processed=st.booleans()),
        st.builds(Redirect, st.sampled_from(_PLACES), st.sampled_from([301, 302, 303, 307, 308])),
        st.builds(GzipBomb, st.integers(1_000, 1_000_000)),
        st.builds(HugeBody, st.integers(1_000, 200_000), st.sampled_from(["length", "chunked", "close"])),
    )


def _plain_answers(
    *, statuses: SearchStrategy[int], processed: SearchStrategy[bool] = _NEVER
) -> SearchStrategy[Answer]:
    return st.builds(Answer, statuses, headers=_HEADERS, body=_BODIES, processed=processed)


def _spoilt(answers: SearchStrategy[Answering]) -> SearchStrategy[Answering]:
    return st.one_of(
        st.builds(CutAnswerAt, st.integers(0, 500), then=answers, ending=_CUT_ENDINGS),
        st.builds(
            CloseIdle, st.sampled_from(["first_byte", "read", "processed"]), then=answers, ending=_CLOSINGS
        ),
        st.builds(Informational, st.lists(st.integers(102, 199), max_size=3).map(tuple), then=answers),
        st.builds(Late, st.floats(0.0, 0.02), then=answers),
        st.builds(Drip, st.integers(100, 400), st.floats(0.0001, 0.001), then=st.builds(Ok)),
    )
