"""`python -m tools.release_check`."""

import sys

from .cli import main

sys.exit(main())
