"""`python -m tools.public_api`."""

import sys

from .cli import main

sys.exit(main())
