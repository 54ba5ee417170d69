"""What ends a run of the guard with one clear line."""


class PublicAPIError(Exception):
    """The API cannot be read, recorded or compared; the text says why and what to do."""
