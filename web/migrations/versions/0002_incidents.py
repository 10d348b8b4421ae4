"""Incidents say where and in both languages, also of what could not start; words of a diagram may be long

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LONG = ((("task", "step"), False), (("task", "item"), True), (("task", "matter"), False), (("task", "outcome"), True))
"""Columns for the words of a diagram or a form, and whether they may be empty."""


def upgrade() -> None:
    """To revision 0002."""
    with op.batch_alter_table("incident") as batch_op:
        batch_op.add_column(sa.Column("version_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("step", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("element", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("message_id", sa.Text(), nullable=True))
        batch_op.alter_column("message", new_column_name="message_en", existing_type=sa.Text())
        batch_op.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
    op.execute(
        "UPDATE incident SET message_id = message_en,"
        " version_id = (SELECT version_id FROM instance WHERE instance.id = incident.instance_id)"
    )
    with op.batch_alter_table("incident") as batch_op:
        batch_op.alter_column("version_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("message_id", existing_type=sa.Text(), nullable=False)
        batch_op.create_foreign_key("fk_incident_version_id", "version", ["version_id"], ["id"])
    _change_type(sa.String(64), sa.Text())


def downgrade() -> None:
    """Back to revision 0001; incidents of what could not start have no place there."""
    _change_type(sa.Text(), sa.String(64))
    op.execute("DELETE FROM incident WHERE instance_id IS NULL")
    with op.batch_alter_table("incident") as batch_op:
        batch_op.drop_constraint("fk_incident_version_id", type_="foreignkey")
        for column in ("version_id", "step", "element", "message_id"):
            batch_op.drop_column(column)
        batch_op.alter_column("message_en", new_column_name="message", existing_type=sa.Text())
        batch_op.alter_column("instance_id", existing_type=sa.Uuid(), nullable=False)


def _change_type(old: sa.types.TypeEngine[str], new: sa.types.TypeEngine[str]) -> None:
    """On SQLite a length means nothing, and a table that others refer to is better left alone."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for (table, column), empty in (*LONG, (("instance", "outcome"), True)):
        op.alter_column(table, column, existing_type=old, type_=new, existing_nullable=empty)
