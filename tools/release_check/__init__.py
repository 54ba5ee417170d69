"""Everything of a release that can be done on this machine, told line by line.

    python -m tools.release_check [--tag v1.2.3]        is `make release-check`, with TAG=v1.2.3

It leaves in dist/ what is published: the wheel, the source archive, the SBOM and the notes.
"""
