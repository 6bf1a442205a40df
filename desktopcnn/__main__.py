"""`python -m desktopcnn` is the same as `desktopcnn`."""

import sys

from desktopcnn.cli import main

if __name__ == "__main__":
    sys.exit(main())
