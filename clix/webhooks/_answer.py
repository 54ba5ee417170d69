"""What a receiver answers."""

from __future__ import annotations

from attrs import frozen


@frozen
class WebhookAnswer:
    """What Clix is answered."""

    status: int
    reason: str
    """One sentence, without anything that was posted."""

    @property
    def reads_no_further(self) -> bool:
        """The connection is to be closed, since more of the post may come."""
        return self.status in (401, 413)
