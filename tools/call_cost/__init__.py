"""What one call costs on a transport that does nothing, beside raw httpx on the same: the guard in `make check`."""
