"""What keeps a release from being made."""


class ReleaseError(Exception):
    """A step of the check found something wrong; the text says what, and what to do."""
