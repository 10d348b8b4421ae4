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
    """Read the order from standard input and write the PDF to standard output; what is wrong goes to standard error.

    With several inputs, each is set, and the last is written.
    """
    order = json.load(sys.stdin)
    import typst  # loads its library from a file, so before the limits

    _bound()
    try:
        compiler, template = typst.Compiler(ignore_system_fonts=True, root="/"), order["template"].encode()
        for inputs in order["inputs"]:
            pdf = compiler.compile(
                template, format="pdf", pdf_standards="a-2b", timestamp=order["seconds"], sys_inputs=inputs
            )
    except typst.TypstError as error:
        sys.stderr.write(f"{error.message}\n{error.diagnostic}")
        return 1
    assert isinstance(pdf, bytes)
    sys.stdout.buffer.write(pdf)
    return 0


def _bound() -> None:
    _at_most(resource.RLIMIT_AS, MEGABYTES * 2**20)
    _at_most(resource.RLIMIT_CPU, SECONDS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.closerange(3, 64)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def _at_most(limit: int, wanted: int) -> None:
    """Set a limit, within the one that this process was born with."""
    most = resource.getrlimit(limit)[1]
    bound = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(limit, (bound, bound))


if __name__ == "__main__":
    sys.exit(main())
