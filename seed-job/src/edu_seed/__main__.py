"""`python -m edu_seed`."""

import sys

from edu_seed.cli import main

sys.exit(main())
