from datetime import UTC, datetime

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect, select

from engine.db import Base, Database, Notice
from web import migrations


def test_the_newest_revision_is_what_the_tables_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert migrations.is_current(connection)


def test_every_revision_can_be_undone_and_done_again(database: Database) -> None:
    migrations.downgrade(database.engine, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(database.engine)
    assert set(inspect(database.engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_a_database_at_an_earlier_revision_is_told_apart(database: Database) -> None:
    migrations.downgrade(database.engine, "base")
    with database.engine.connect() as connection:
        assert not migrations.is_current(connection)


def test_what_is_about_no_request_goes_when_a_database_goes_back_to_the_release_before(database: Database) -> None:
    told = {"person": "P097", "instance_id": None, "event": 1, "kind": "plh_appointed", "at": datetime.now(UTC)}
    with database.engine.begin() as connection:
        connection.execute(insert(Notice).values(**told))
    migrations.downgrade(database.engine, "0003")
    migrations.upgrade(database.engine)
    with database.reads() as session:
        assert session.scalars(select(Notice)).all() == []
