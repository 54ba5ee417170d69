"""The operations as people call them, a module for each kind of thing."""
