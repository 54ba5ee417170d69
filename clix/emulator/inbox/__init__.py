"""The inbox page: what the emulator delivered, drawn as phones show it, and everything else that it knows.

The page is plain HTML, CSS and JavaScript in `static/`. It knows what `/_emulator/` tells every client, no more.
"""

from __future__ import annotations

from ._routes import routes

__all__ = ["routes"]
