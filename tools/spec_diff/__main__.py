"""Run the comparison as `python -m tools.spec_diff`."""

import sys

from .cli import main

sys.exit(main())
