"""Throw-away certificates, good and bad, and a server stuck in the past."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """A certificate authority that only `client_context()` trusts; making one takes some milliseconds."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def client_context(self) -> ssl.SSLContext:
        """Trusts this authority and nothing else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._ca.configure_trust(context)
        return context

    def write(self, file: Path) -> None:
        """Write the authority's own certificate, for another process to trust."""
        self._ca.cert_pem.write_to_path(str(file))

    def server_context(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """A server with a certificate for these names, by default 127.0.0.1 and localhost."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._certificate(names or ("127.0.0.1", "localhost"), expired=expired).configure_cert(context)
        return context

    def tls_1_1_server_context(self) -> ssl.SSLContext:
        """A server that speaks TLS 1.1 and nothing newer."""
        return only_tls_1_1(self.server_context())

    def _certificate(self, names: tuple[str, ...], *, expired: bool) -> trustme.LeafCert:
        now = datetime.now(UTC)
        not_after = now - timedelta(days=1) if expired else now + timedelta(days=1)
        return self._ca.issue_cert(*names, not_before=now - timedelta(days=2), not_after=not_after)


def only_tls_1_1(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context, held to TLS 1.1 with the ciphers of its time."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
