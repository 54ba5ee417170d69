"""What one call costs without a network, beside raw httpx without one: the guard in `make check`."""
