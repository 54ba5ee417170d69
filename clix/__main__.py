"""`python -m clix`, the same as `clix-py`."""

from __future__ import annotations

import sys

from .cli import main

sys.exit(main())
