"""Reading requests, sending answers and counting the rate limit, in plain ASGI because every request does it."""
