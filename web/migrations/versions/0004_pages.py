"""Acting officers by decree, deadlines that remind, notices that arrive, hints and help.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this release."""
    _referring()
    _acting()
    _deadlines()
    _notices()
    _hints()


def downgrade() -> None:
    """Back to the release before."""
    _without_hints()
    _without_notices()
    _without_deadlines()
    _without_acting()
    _without_referring()


def _referring() -> None:
    pass


def _without_referring() -> None:
    pass


def _acting() -> None:
    pass


def _without_acting() -> None:
    pass


def _deadlines() -> None:
    pass


def _without_deadlines() -> None:
    pass


def _notices() -> None:
    pass


def _without_notices() -> None:
    pass


def _hints() -> None:
    pass


def _without_hints() -> None:
    pass
