"""`python -m web` is the `alur` command."""

from web.cli import main

raise SystemExit(main())
