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
    """Native additions: on SQLite too, a table that others refer to is better left alone."""
    op.add_column("instance", sa.Column("about", sa.Uuid(), nullable=True))
    op.add_column("instance", sa.Column("undo", sa.LargeBinary(), nullable=True))
    op.add_column("instance", sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True))
    for column in ("about", "undo_until"):
        present = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_instance_{column}", "instance", [column], sqlite_where=present, postgresql_where=present)
    op.add_column("draft", sa.Column("about", sa.Uuid(), nullable=True))
    op.add_column("draft", sa.Column("subject", sa.String(64), nullable=True))


def _drop_engine() -> None:
    """Requests about requests stay, as requests that are about nothing."""
    op.drop_column("draft", "subject")
    op.drop_column("draft", "about")
    for column in ("undo_until", "about"):
        op.drop_index(f"ix_instance_{column}", "instance")
    for column in ("undo_until", "undo", "about"):
        op.drop_column("instance", column)


def _add_documents() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_document_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    unsent = sa.text("instance_id IS NULL")
    op.create_index("ix_document_instance", "document", ["instance_id"])
    op.create_index("ix_document_unsent", "document", ["owner", "digest"], sqlite_where=unsent, postgresql_where=unsent)


def _drop_documents() -> None:
    op.drop_table("document")


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
    twice = "SELECT MAX(id) FROM calendar_day GROUP BY day, unit"  # the newest is what counted so far
    op.execute(f"DELETE FROM calendar_day WHERE id NOT IN ({twice})")
    with op.batch_alter_table("calendar_day") as batch_op:
        batch_op.create_unique_constraint("uq_calendar_day_unit_day", ["unit", "day"])
    for_all = sa.text("unit IS NULL")
    op.create_index(
        "uq_calendar_day_for_all",
        "calendar_day",
        ["day"],
        unique=True,
        sqlite_where=for_all,
        postgresql_where=for_all,
    )
    op.create_table(
        "unit_week",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_unit_week_unit_unit")),
        sa.PrimaryKeyConstraint("unit", "first", name=op.f("pk_unit_week")),
    )
    _add_rosters()


def _add_rosters() -> None:
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("days_on", sa.Integer(), nullable=True),
        sa.Column("days_off", sa.Integer(), nullable=True),
        sa.Column("anchor", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_roster_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
    )
    op.create_index("ix_roster_unit", "roster", ["unit"])
    for table, days in (("roster_member", ()), ("roster_day", (sa.Column("day", sa.Date(), nullable=False),))):
        op.create_table(
            table,
            sa.Column("roster", sa.Integer(), nullable=False),
            sa.Column("person", sa.String(length=32), nullable=False),
            *days,
            sa.ForeignKeyConstraint(["roster"], ["roster.id"], name=op.f(f"fk_{table}_roster_roster")),
            sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f(f"fk_{table}_person_person")),
            sa.PrimaryKeyConstraint("roster", "person", *(day.name for day in days), name=op.f(f"pk_{table}")),
        )
    op.create_index("ix_roster_member_person", "roster_member", ["person"])


def _drop_calendar() -> None:
    for table in ("roster_day", "roster_member", "roster", "unit_week"):
        op.drop_table(table)
    op.drop_index("uq_calendar_day_for_all", "calendar_day")
    with op.batch_alter_table("calendar_day") as batch_op:
        batch_op.drop_constraint("uq_calendar_day_unit_day", type_="unique")
