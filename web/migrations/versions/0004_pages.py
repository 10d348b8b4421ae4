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
    """Open tasks are looked at by the worker's first pass, which then plans when their people are reminded."""
    op.add_column("task", sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("task", sa.Column("alerted", sa.String(9), nullable=True))
    waiting = sa.text("state = 'open' AND alert_at IS NOT NULL")
    op.create_index("ix_task_alert_at", "task", ["alert_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.execute("UPDATE task SET alert_at = created_at WHERE state = 'open'")


def _without_deadlines() -> None:
    op.drop_index("ix_task_alert_at", "task")
    op.drop_column("task", "alerted")
    op.drop_column("task", "alert_at")


def _notices() -> None:
    pass


def _without_notices() -> None:
    pass


def _hints() -> None:
    op.create_table(
        "hint_seen",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "hint", name=op.f("pk_hint_seen")),
    )


def _without_hints() -> None:
    op.drop_table("hint_seen")
