"""The program of the child process that sets one letter; it imports nothing else of Alur.

Its template was written by whoever may edit packages, so it runs here, for a few seconds, with little memory, and
without any file or connection: no descriptor can be opened any more when the template is first looked at.
"""

from __future__ import annotations

import json
import os
import resource
import sys

MEGABYTES = 1_024
"""Address space; a letter needs about 300 MB of it, and little of that is ever used."""
SECONDS = 5
"""Processor time for one letter, which takes about 0.1 s."""


def main() -> int:
    """Read the order from standard input and write the PDF to standard output; what is wrong goes to standard error."""
    order = json.load(sys.stdin)
    import typst  # loads its library from a file, so before the limits

    _bound()
    try:
        compiler = typst.Compiler(ignore_system_fonts=True, root="/", sys_inputs=order["inputs"])
        pdf = compiler.compile(
            order["template"].encode(), format="pdf", pdf_standards="a-2b", timestamp=order["seconds"]
        )
    except typst.TypstError as error:
        sys.stderr.write(f"{error.message}\n{error.diagnostic}")
        return 1
    assert isinstance(pdf, bytes)
    sys.stdout.buffer.write(pdf)
    return 0


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 2**20, MEGABYTES * 2**20))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.closerange(3, 64)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


if __name__ == "__main__":
    sys.exit(main())
