"""`python -m sync_desktop` is the command `sync-desktop`."""

import sys

from sync_desktop.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
