"""Clix inside other frameworks: one module each, with the extra of its name."""
