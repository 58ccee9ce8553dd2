"""Run the command line, with ``labelaudit`` or with ``python -m labelaudit``."""

import os
import sys


def main() -> None:
    """Load the command line and run it.

    Exit code 1 means findings. An error before a command starts, such as a broken installation, is therefore one line
    on stderr and exit code 2. Ctrl-C gives 130, as during a command.
    """
    try:
        from labelaudit.cli import main as run

        run()
    except KeyboardInterrupt:
        _tell("interrupted")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("LABELAUDIT_TRACEBACK"):
            import traceback

            traceback.print_exception(error)
        said = " ".join(str(error).split())
        _tell(
            f"error: labelaudit cannot start ({type(error).__name__}: {said}). If the installation is broken, install "
            "it again in a new virtual environment. Set LABELAUDIT_TRACEBACK=1 to see where it failed."
        )
        sys.exit(2)


def _tell(line: str) -> None:
    try:
        sys.stderr.write(f"{line}\n")
    except (AttributeError, OSError, ValueError):
        return  # stderr is closed or full; the exit code still tells


if __name__ == "__main__":
    main()
