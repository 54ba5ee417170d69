"""How bytes leave and answers arrive."""
