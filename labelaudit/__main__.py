"""Run the command line, with ``labelaudit`` or with ``python -m labelaudit``."""

import sys


def main() -> None:
    """Load the command line and run it; Ctrl-C while it is loaded ends as it does later."""
    try:
        from labelaudit.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
