"""`python -m conedrills` is `conedrills`."""

from conedrills.cli import main

main()
