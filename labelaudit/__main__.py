"""Run the command line with ``python -m labelaudit``."""

from labelaudit.cli import main

main()
