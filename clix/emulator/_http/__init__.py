"""Requests and answers of the emulator, without a framework on the hot path."""
