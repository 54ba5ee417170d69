"""What users' type checkers see. Nothing here runs: `make check` reads it with mypy and pyright."""
