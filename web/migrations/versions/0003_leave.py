"""Leave by the regulation: requests about requests, documents, all types of leave, letters, the office's calendar

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """To revision 0003."""
    _add_engine()
    _add_documents()
    _add_leave()
    _add_letters()
    _add_calendar()


def downgrade() -> None:
    """Back to revision 0002."""
    _drop_calendar()
    _drop_letters()
    _drop_leave()
    _drop_documents()
    _drop_engine()


def _add_engine() -> None:
    pass


def _drop_engine() -> None:
    pass


def _add_documents() -> None:
    pass


def _drop_documents() -> None:
    pass


def _add_leave() -> None:
    pass


def _drop_leave() -> None:
    pass


def _add_letters() -> None:
    op.create_table(
        "number_series",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_number_series_unit_unit")),
        sa.PrimaryKeyConstraint("unit", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "number_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("following", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_number_block_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_block")),
    )
    op.create_index("ix_number_block_unit", "number_block", ["unit", "year"])
    op.create_table(
        "letter_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reason_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_letter_number_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_number")),
        sa.UniqueConstraint("unit", "year", "number", name=op.f("uq_letter_number_unit_year_number")),
        sa.UniqueConstraint("text", name=op.f("uq_letter_number_text")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("unit_name", sa.String(length=200), nullable=True),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("document", sa.Uuid(), nullable=True),
        sa.Column("scan", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=64), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_letter_person_person")),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_letter_unit_unit")),
        sa.ForeignKeyConstraint(["office"], ["unit.id"], name=op.f("fk_letter_office_unit")),
        sa.ForeignKeyConstraint(["number"], ["letter_number.id"], name=op.f("fk_letter_number_letter_number")),
        sa.ForeignKeyConstraint(["replaced_by"], ["letter.id"], name=op.f("fk_letter_replaced_by_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_number")),
        sa.UniqueConstraint("code", name=op.f("uq_letter_code")),
    )
    op.create_index("ix_letter_instance", "letter", ["instance"])
    op.create_index("ix_letter_about", "letter", ["about"])
    op.create_index("ix_letter_office", "letter", ["office", "status"])
    op.create_index("ix_letter_unit", "letter", ["unit", "status"])
    not_void = sa.text("status <> 'void'")
    op.create_index(
        "uq_letter_kind",
        "letter",
        ["instance", "kind"],
        unique=True,
        sqlite_where=not_void,
        postgresql_where=not_void,
    )


def _drop_letters() -> None:
    for table in ("letter", "letter_number", "number_block", "number_series"):
        op.drop_table(table)


def _add_calendar() -> None:
    pass


def _drop_calendar() -> None:
    pass
