"""Makes the documentation's site from docs/, a few files of the repository and the docstrings of the public names."""
