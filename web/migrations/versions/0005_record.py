"""The personnel record with its proposals, one-time codes, and what data protection asks for.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this release."""
    _record()
    _codes()
    _notices()
    _rights()
    _keeping()
    _imports()


def downgrade() -> None:
    """Back to the release before."""
    _without_imports()
    _without_keeping()
    _without_rights()
    _without_notices()
    _without_codes()
    _without_record()


def _notices() -> None:
    op.create_table(
        "notice_ack",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_notice_ack_person")),
        sa.PrimaryKeyConstraint("person", "version", name=op.f("pk_notice_ack")),
    )


def _rights() -> None:
    op.create_table(
        "processing_limit",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_processing_limit_instance_id")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_processing_limit_person")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_processing_limit")),
    )
    with op.batch_alter_table("processing_limit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_processing_limit_person",
            ["person"],
            unique=False,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    op.create_table(
        "breach",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revealed", sa.Text(), nullable=False),
        sa.Column("kinds", sa.String(length=120), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("subjects_on", sa.Date(), nullable=True),
        sa.Column("subjects_by", sa.String(length=10), nullable=True),
        sa.Column("institution_on", sa.Date(), nullable=True),
        sa.Column("institution_number", sa.String(length=60), nullable=True),
        sa.Column("public_by", sa.String(length=120), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("recovery", sa.Text(), nullable=True),
        sa.Column("prevention", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_breach_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_breach")),
    )


def _without_rights() -> None:
    op.drop_table("breach")
    with op.batch_alter_table("processing_limit", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_processing_limit_person",
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
    op.drop_table("processing_limit")


def _without_notices() -> None:
    op.drop_table("notice_ack")


def _record() -> None:
    op.create_table(
        "record_change",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("history", sa.String(length=32), nullable=False),
        sa.Column("row", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synchronised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synchronised_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_record_change_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", "number", name=op.f("pk_record_change")),
    )
    with op.batch_alter_table("record_change", schema=None) as batch_op:
        batch_op.create_index("ix_record_change_row", ["row"], unique=False)
        batch_op.create_index(
            "ix_record_change_unsynchronised",
            ["applied_at"],
            unique=False,
            sqlite_where=sa.text("applied_at IS NOT NULL AND synchronised_at IS NULL"),
            postgresql_where=sa.text("applied_at IS NOT NULL AND synchronised_at IS NULL"),
        )

    op.create_table(
        "record_confirmed",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("history", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_record_confirmed_person")),
        sa.PrimaryKeyConstraint("person", "history", "at", name=op.f("pk_record_confirmed")),
    )
    op.create_table(
        "record_head",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_record_head_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_record_head")),
    )
    op.create_table(
        "record_open",
        sa.Column("row", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_record_open_instance_id")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_record_open")),
    )
    with op.batch_alter_table("record_open", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_open_instance_id"), ["instance_id"], unique=False)

    op.create_table(
        "record_proposal",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_record_proposal_instance_id")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_record_proposal_person")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_record_proposal")),
    )
    with op.batch_alter_table("record_proposal", schema=None) as batch_op:
        batch_op.create_index("ix_record_proposal_person", ["person"], unique=False)

    op.create_table(
        "record_row",
        sa.Column("row", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("history", sa.String(length=32), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_record_row_instance_id")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_record_row_person")),
        sa.PrimaryKeyConstraint("row", "revision", name=op.f("pk_record_row")),
    )
    with op.batch_alter_table("record_row", schema=None) as batch_op:
        batch_op.create_index("ix_record_row_person", ["person", "history"], unique=False)
        batch_op.create_index(
            "ix_record_row_rank",
            ["since"],
            unique=False,
            sqlite_where=sa.text("history = 'rank'"),
            postgresql_where=sa.text("history = 'rank'"),
        )

    op.create_table(
        "record_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("viewer", sa.String(length=64), nullable=False),
        sa.Column("capacity", sa.String(length=160), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("document", sa.Uuid(), nullable=True),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_record_view_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_view")),
    )
    with op.batch_alter_table("record_view", schema=None) as batch_op:
        batch_op.create_index("ix_record_view_person", ["person", "at"], unique=False)


def _without_record() -> None:
    with op.batch_alter_table("record_view", schema=None) as batch_op:
        batch_op.drop_index("ix_record_view_person")

    op.drop_table("record_view")
    with op.batch_alter_table("record_row", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_record_row_rank",
            sqlite_where=sa.text("history = 'rank'"),
            postgresql_where=sa.text("history = 'rank'"),
        )
        batch_op.drop_index("ix_record_row_person")

    op.drop_table("record_row")
    with op.batch_alter_table("record_proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_record_proposal_person")

    op.drop_table("record_proposal")
    with op.batch_alter_table("record_open", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_open_instance_id"))

    op.drop_table("record_open")
    op.drop_table("record_head")
    op.drop_table("record_confirmed")
    with op.batch_alter_table("record_change", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_record_change_unsynchronised",
            sqlite_where=sa.text("applied_at IS NOT NULL AND synchronised_at IS NULL"),
            postgresql_where=sa.text("applied_at IS NOT NULL AND synchronised_at IS NULL"),
        )
        batch_op.drop_index("ix_record_change_row")

    op.drop_table("record_change")


def _codes() -> None:
    op.create_table(
        "record_code",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_record_code_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", "number", name=op.f("pk_record_code")),
    )
    with op.batch_alter_table("record_code", schema=None) as batch_op:
        batch_op.create_index("ix_record_code_person", ["person", "at"], unique=False)
    op.create_table(
        "former_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_address")),
    )
    with op.batch_alter_table("former_address", schema=None) as batch_op:
        batch_op.create_index("ix_former_address_person", ["person"], unique=False)


def _without_codes() -> None:
    with op.batch_alter_table("former_address", schema=None) as batch_op:
        batch_op.drop_index("ix_former_address_person")

    op.drop_table("former_address")
    with op.batch_alter_table("record_code", schema=None) as batch_op:
        batch_op.drop_index("ix_record_code_person")

    op.drop_table("record_code")


def _keeping() -> None:
    op.add_column("document", sa.Column("keep_until", sa.Date(), nullable=True))
    for name, column, rows in (
        ("ix_document_undated", "instance_id", "keep_until IS NULL"),
        ("ix_document_keep_until", "keep_until", "keep_until IS NOT NULL AND content IS NOT NULL"),
    ):
        op.create_index(name, "document", [column], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(length=64), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_legal_hold_instance_id")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_legal_hold_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index("ix_legal_hold_person", "legal_hold", ["person"], unique=False)


def _without_keeping() -> None:
    op.drop_index("ix_legal_hold_person", "legal_hold")
    op.drop_table("legal_hold")
    op.drop_index("ix_document_keep_until", "document")
    op.drop_index("ix_document_undated", "document")
    with op.batch_alter_table("document") as batch_op:
        batch_op.drop_column("keep_until")


def _imports() -> None:
    op.create_table(
        "record_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_import")),
    )


def _without_imports() -> None:
    op.drop_table("record_import")
