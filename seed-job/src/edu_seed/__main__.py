"""`python -m edu_seed`."""

from edu_seed.cli import main

main()
