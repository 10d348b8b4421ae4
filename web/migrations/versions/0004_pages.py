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


MESSAGE_INDEXES = (
    ("ix_message_failed", "failed_at", "failed_at IS NOT NULL"),
    ("ix_message_delivered", "done_at", "done_at IS NOT NULL AND kind IN ('mail', 'webhook')"),
)
"""What fails is looked for, what was delivered is forgotten after a while; neither reads all messages ever sent."""


def upgrade() -> None:
    """To this release."""
    _acting()
    _deadlines()
    _notices()
    _hints()
    _summaries()
    _sessions()


def downgrade() -> None:
    """Back to the release before."""
    _without_sessions()
    _without_summaries()
    _without_hints()
    _without_notices()
    _without_deadlines()
    _without_acting()


def _acting() -> None:
    op.add_column("acting", sa.Column("decree_on", sa.Date(), nullable=True))
    op.create_table(
        "acting_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("acting", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("decree", sa.String(length=120), nullable=False),
        sa.Column("decree_on", sa.Date(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("excluded", sa.Text(), nullable=False),
        sa.Column("only", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["acting"], ["acting.id"], name="fk_acting_change_acting"),
        sa.PrimaryKeyConstraint("id", name="pk_acting_change"),
    )
    op.create_index("ix_acting_change_acting", "acting_change", ["acting", "id"])


def _without_acting() -> None:
    op.drop_table("acting_change")
    op.drop_column("acting", "decree_on")


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
    with op.batch_alter_table("notice") as batch_op:
        batch_op.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
    op.create_table(
        "contact",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("address", sa.String(200), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wants", sa.String(4), nullable=False),
        sa.Column("asked", sa.String(200), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person", "channel", name="pk_contact"),
    )
    op.create_index("ix_contact_digest", "contact", ["digest_on"])
    op.create_table(
        "handed_over",
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["notice.id"], name="fk_handed_over_notice"),
        sa.PrimaryKeyConstraint("notice", name="pk_handed_over"),
    )
    for name, column, condition in MESSAGE_INDEXES:
        where = sa.text(condition)
        op.create_index(name, "message", [column], sqlite_where=where, postgresql_where=where)


def _without_notices() -> None:
    for name, _, _ in MESSAGE_INDEXES:
        op.drop_index(name, "message")
    op.drop_table("handed_over")
    op.drop_table("contact")
    op.execute("DELETE FROM notice WHERE instance_id IS NULL")
    with op.batch_alter_table("notice") as batch_op:
        batch_op.alter_column("instance_id", existing_type=sa.Uuid(), nullable=False)


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


def _summaries() -> None:
    """Requests from before have none: what they ask for stands on their pages."""
    op.add_column("instance", sa.Column("summary", sa.String(200), nullable=True))


def _without_summaries() -> None:
    op.drop_column("instance", "summary")


def _sessions() -> None:
    op.add_column("web_session", sa.Column("unsent", sa.Text(), nullable=True))


def _without_sessions() -> None:
    op.drop_column("web_session", "unsent")
