"""`ClixSync`: the asynchronous session on an event loop in a thread."""
