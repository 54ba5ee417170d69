"""An HTTP proxy that plays a script of faults."""

import ssl
from collections.abc import Iterable

from tests.faults.kinds import Fault, Forward
from tests.faults.script import Chooser
from tests.faults.server import FaultServer

_FORWARD = Forward()


class FaultProxy(FaultServer):
    """Forwards honestly unless the script says otherwise; what it forwards is recorded, but not as processed.

    `Answer(407)`, `Raw(b"garbage")`, `ReadThenSilence()` and the others answer the CONNECT itself;
    `Answer(200, ending="fin")` breaks the tunnel that it promised.
    """

    def __init__(
        self,
        script: Iterable[Fault] | Chooser = (),
        *,
        default: Fault = _FORWARD,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(script, default=default, ssl_context=ssl_context)
