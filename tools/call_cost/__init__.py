"""What one call costs on a connection without a network, beside raw httpx on a transport without one: the guard in `make check`."""
