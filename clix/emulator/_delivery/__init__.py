"""Delivery of accepted pushes and triggered campaigns to devices."""
