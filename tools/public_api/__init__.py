"""Hold the public API to what the last release promised.

    python -m tools.public_api              is `make check-api`
    python -m tools.public_api --record     is `make record-api`, a step of a release

What users can reach is written as Python stubs, one for each public module, under the public names: a class may move
between private modules. `released.txt` holds the stubs of the last release; griffe compares them with those of today.
"""
