"""What ends a comparison before it began."""


class UnreadableError(Exception):
    """A document, or the file of accepted differences, cannot be used; the text is one line that says why."""
