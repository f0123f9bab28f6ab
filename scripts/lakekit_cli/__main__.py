"""Entry point of the `lakekit` command, also `python -m lakekit_cli`: an interrupt ends it in one line."""

from __future__ import annotations

import os
from typing import NoReturn

_INTERRUPTED = 130
"""`ExitCode.INTERRUPTED`, which is not imported yet."""


def main() -> NoReturn:
    """Run the command line; exit with an `ExitCode`."""
    try:
        from lakekit_cli.main import main as run

        run()
    except KeyboardInterrupt:
        # Before the handler of the command line is in force, or after it.
        os.write(2, b"\nInterrupted.\n")
        os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
