"""The console script: runs a command and maps every error of ours to a line on stderr and an exit status."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; see scraper.cli for the exit status."""
    from scraper.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
