"""The file around the processes."""

from __future__ import annotations

import pytest

from tests.engine.supported.driver import Run
from tests.engine.supported.pieces import plain
from tests.engine.supported.table import shows


@shows('`definitions`, `process`, `isExecutable="true"`', "`id`")
@pytest.mark.parametrize("yes", ['isExecutable="true"', 'isExecutable="1"', ""])
def test_the_process_with_the_id_that_the_package_names_runs(yes: str) -> None:
    run = Run(plain(yes), process="p").do("submit", "x")
    assert run.ended
    assert run.path == ["start", "submit", "x", "end"]
