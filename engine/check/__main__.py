"""`python -m engine.check PATH`: the same as `alur check`, without loading the rest of the program."""

from __future__ import annotations

import sys

from engine.check.command import main

sys.exit(main(sys.argv[1:]))
