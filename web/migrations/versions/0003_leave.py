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
    op.create_index(
        "uq_document_unsent",
        "document",
        ["owner", "digest"],
        unique=True,
        sqlite_where=unsent,
        postgresql_where=unsent,
    )


def _drop_documents() -> None:
    op.drop_table("document")


REQUEST_WORDS = (("type", 12, "annual"), ("case", 24, ""), ("relation", 24, ""), ("letter", 24, "none"))
"""New columns of a request that say in a word what leave it is: name, length, and what those of before are."""
REQUEST_NUMBERS = ("travel_days", "birth_order", "inpatient_days", "owed")
REQUEST_DATES = ("asked_first", "asked_last", "filed", "until", "returned", "bkn_date")


def _add_leave() -> None:
    _add_leave_tables()
    _add_leave_request()
    _add_leave_entry()
    for column in ("contract_start", "contract_end"):
        op.add_column("person", sa.Column(column, sa.Date(), nullable=True))


def _drop_leave() -> None:
    """Leave of other types than annual has no place in revision 0002; its days are none of the ledger's."""
    for column in ("contract_end", "contract_start"):
        op.drop_column("person", column)
    _drop_leave_entry()
    _drop_leave_request()
    for table in ("leave_credit", "leave_opinion", "leave_change", "leave_turn"):
        op.drop_table(table)


def _add_leave_tables() -> None:
    op.create_table(
        "leave_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_leave_turn"),
    )
    op.create_table(
        "leave_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request", sa.Uuid(), nullable=False),
        sa.Column("instance", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leave_change"),
    )
    op.create_index("ix_leave_change_instance", "leave_change", ["instance", "event"])
    op.create_table(
        "leave_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=4), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("principal", sa.String(length=160), nullable=False),
        sa.Column("capacity", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("paper_on", sa.Date(), nullable=True),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leave_opinion"),
    )
    op.create_index("ix_leave_opinion_instance", "leave_opinion", ["instance"])
    op.create_table(
        "leave_credit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("instance", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_leave_credit_person"),
        sa.PrimaryKeyConstraint("id", name="pk_leave_credit"),
        sa.UniqueConstraint("person", "day", name="uq_leave_credit_person_day"),
    )


def _add_leave_request() -> None:
    """Every request of before is one for annual leave, of the dates that it has."""
    with op.batch_alter_table("leave_request") as batch_op:
        for name, length, before in REQUEST_WORDS:
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=before))
        for name in REQUEST_NUMBERS:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name in REQUEST_DATES:
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("interim", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("bkn_number", sa.String(64), nullable=True))
        batch_op.add_column(sa.Column("principal", sa.String(160), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column("status", existing_type=sa.String(8), type_=sa.String(12), existing_nullable=False)
    op.execute("UPDATE leave_request SET asked_first = first, asked_last = last WHERE NOT changed")
    op.execute(
        "UPDATE leave_request SET decided_at ="
        " (SELECT ended_at FROM instance WHERE instance.id = leave_request.instance)"
        " WHERE status <> 'reserved'"
    )
    with op.batch_alter_table("leave_request") as batch_op:
        for name in (*(name for name, _, _ in REQUEST_WORDS), *REQUEST_NUMBERS, "interim"):
            batch_op.alter_column(name, server_default=None)


def _drop_leave_request() -> None:
    op.execute("DELETE FROM leave_request WHERE type <> 'annual' OR status IN ('noted', 'opening')")
    op.execute("UPDATE leave_request SET status = 'released' WHERE status = 'cancelled'")
    with op.batch_alter_table("leave_request") as batch_op:
        batch_op.alter_column("status", existing_type=sa.String(12), type_=sa.String(8), existing_nullable=False)
        for name in (
            *("decided_at", "principal", "bkn_number", "interim"),
            *REQUEST_DATES,
            *REQUEST_NUMBERS,
            *(name for name, _, _ in REQUEST_WORDS),
        ):
            batch_op.drop_column(name)


def _add_leave_entry() -> None:
    """An entry of before is about the request that caused it; what opens a year counts from its 1 January."""
    with op.batch_alter_table("leave_entry") as batch_op:
        batch_op.add_column(sa.Column("request", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("turn", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("day", sa.Date(), nullable=True))
        batch_op.alter_column("kind", existing_type=sa.String(8), type_=sa.String(12), existing_nullable=False)
    sqlite = op.get_bind().dialect.name == "sqlite"
    new_year = "in_year || '-01-01'" if sqlite else "make_date(in_year, 1, 1)"
    written = "date(at)" if sqlite else "CAST(at AT TIME ZONE 'UTC' AS DATE)"
    op.execute(
        "UPDATE leave_entry SET request = instance,"
        f" day = CASE WHEN kind IN ('opening', 'grant', 'carry') THEN {new_year} ELSE {written} END"
    )
    with op.batch_alter_table("leave_entry") as batch_op:
        batch_op.alter_column("day", existing_type=sa.Date(), nullable=False)
        batch_op.create_foreign_key("fk_leave_entry_turn", "leave_turn", ["turn"], ["id"])
        batch_op.create_index("ix_leave_entry_request", ["request"])


def _drop_leave_entry() -> None:
    """Kinds that revision 0002 does not know are written in its words; the sums stay."""
    op.execute("UPDATE leave_entry SET kind = 'grant' WHERE kind IN ('early', 'joint')")
    op.execute("UPDATE leave_entry SET kind = 'carry' WHERE kind = 'forfeit'")
    known = "'opening', 'grant', 'carry', 'reserve', 'debit', 'release', 'defer'"
    op.execute(f"UPDATE leave_entry SET kind = 'release' WHERE kind NOT IN ({known})")
    with op.batch_alter_table("leave_entry") as batch_op:
        batch_op.drop_index("ix_leave_entry_request")
        batch_op.drop_constraint("fk_leave_entry_turn", type_="foreignkey")
        batch_op.alter_column("kind", existing_type=sa.String(12), type_=sa.String(8), existing_nullable=False)
        for name in ("day", "turn", "request"):
            batch_op.drop_column(name)


def _add_letters() -> None:
    op.create_table(
        "letterhead",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_letterhead_unit_unit")),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_letterhead")),
    )
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
    for table in ("letter", "letter_number", "number_block", "number_series", "letterhead"):
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
    _add_calendar_changes()


def _add_calendar_changes() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_calendar_change_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    op.create_index("ix_calendar_change_unit", "calendar_change", ["unit", "id"])
    op.create_table(
        "leave_recount",
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("instance", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["change"], ["calendar_change.id"], name=op.f("fk_leave_recount_change_calendar_change")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_leave_recount_person_person")),
        sa.PrimaryKeyConstraint("change", "instance", name=op.f("pk_leave_recount")),
    )
    op.create_index("ix_leave_recount_person", "leave_recount", ["change", "person"])
    unfinished = sa.text("status IN ('waiting', 'short')")
    op.create_index(
        "ix_leave_recount_open",
        "leave_recount",
        ["change", "status"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )


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
    for table in ("leave_recount", "calendar_change", "roster_day", "roster_member", "roster", "unit_week"):
        op.drop_table(table)
    op.drop_index("uq_calendar_day_for_all", "calendar_day")
    with op.batch_alter_table("calendar_day") as batch_op:
        batch_op.drop_constraint("uq_calendar_day_unit_day", type_="unique")
