"""A laboratory of faults: servers that misbehave on purpose and tell afterwards what they really received."""

from tests.faults.answers import Answer, Answering, Ok, Raw, ReadThenSilence, Redirect
from tests.faults.floods import EndlessHeaders, GzipBomb, HugeBody
from tests.faults.kinds import (
    AnswerEarly,
    CutRequestAt,
    Fault,
    Forward,
    Refuse,
    RejectAfterAccept,
    SilentAccept,
)
from tests.faults.proxy import FaultProxy
from tests.faults.record import Received
from tests.faults.server import FaultServer
from tests.faults.wrapping import CloseIdle, CutAnswerAt, Drip, Informational, Late

__all__ = [
    "Answer",
    "AnswerEarly",
    "Answering",
    "CloseIdle",
    "CutAnswerAt",
    "CutRequestAt",
    "Drip",
    "EndlessHeaders",
    "Fault",
    "FaultProxy",
    "FaultServer",
    "Forward",
    "GzipBomb",
    "HugeBody",
    "Informational",
    "Late",
    "Ok",
    "Raw",
    "ReadThenSilence",
    "Received",
    "Redirect",
    "Refuse",
    "RejectAfterAccept",
    "SilentAccept",
]
