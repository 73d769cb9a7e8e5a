"""`python -m district_platform.cli`."""

from district_platform.cli import main

main()
