"""Holds the public API to what the last release promised.

    python -m tools.public_api              is `make check-api`
    python -m tools.public_api --record     is `make record-api`, a step of a release

griffe reads the source; what users can reach is written as one text of stubs, so that a review of a release shows
it, and griffe compares that text with the one in `released.txt`.
"""
