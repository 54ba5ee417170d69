"""Is this post from Clix? It signs nothing: a header that was configured in its console is the only proof."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from .._values.errors import ConfigurationError

RawHeaders = Iterable[tuple[bytes, bytes]]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


class Proof:
    """The header that only Clix and we know.

    Raises:
        ConfigurationError: no secret, or a name or value that no header can have.
    """

    def __init__(self, header: str, secrets: Sequence[str]) -> None:
        if not _HEADER_NAME.fullmatch(header):
            raise ConfigurationError(f"{header!r} is no name of a header.")
        if isinstance(secrets, str) or not secrets:
            raise ConfigurationError(
                "secrets must be a list of the values that the webhook's header may have, at least one."
            )
        if not all(isinstance(secret, str) and _VALUE.fullmatch(secret) for secret in secrets):
            raise ConfigurationError(
                "A secret of a webhook is empty, or has spaces around it or characters beside printable ASCII."
            )
        self.header = header
        self._name = header.lower().encode("ascii")
        # Of one length, or the time of a comparison would tell how long the secret is.
        self._digests = tuple(sha256(secret.encode("ascii")).digest() for secret in secrets)

    def is_given_by(self, headers: RawHeaders) -> bool:
        """Whether exactly one such header is there with one of the values, in a time that tells nothing of them."""
        values = [value for name, value in headers if name.lower() == self._name]
        if len(values) != 1:
            return False
        given = sha256(values[0]).digest()
        return sum(hmac.compare_digest(given, digest) for digest in self._digests) > 0
