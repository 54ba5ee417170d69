"""How mkdocstrings shows docstrings: two Griffe extensions and a template, named in mkdocs.yml."""
