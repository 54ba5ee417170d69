"""The inbox page: the delivered messages as a phone displays them, and the rest of the emulator's state.

The page is plain HTML, CSS and JavaScript in `static/`. It reads everything from `/_emulator/`.
"""

from __future__ import annotations

from ._routes import routes

__all__ = ["routes"]
