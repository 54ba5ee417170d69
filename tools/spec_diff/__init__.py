"""Compare an OpenAPI document with openapi.yaml by what goes over the wire.

    python -m tools.spec_diff SPEC        is `make spec-diff SPEC=...`

A document passes through these steps, each a module or two that take values and return values:

    source -> parse -> grammar        bytes, then JSON values, then a document whose parts have the right types
    document, schemas, operations     references followed, schemas and operations read into what the wire knows
    compare_*, facets                 two of those compared: differences, each with its place and its impact
    accepted, report, cli             the known ones set aside, the others told
"""
