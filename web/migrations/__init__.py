"""The steps from one schema to the next, for both databases; here because only `web` sees every table."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

LOCK = 0x616C7572
"""Number of the advisory lock that keeps two starting processes from migrating at once ("alur")."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to a revision; one transaction, one process at a time."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Bring the database back to an earlier revision."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), to)


def draft(engine: Engine, message: str) -> None:
    """Write a new revision file with what the tables have and the database lacks; to be read and mended by a person."""
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=f"{len(_steps()) + 1:04}")


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the newest revision."""
    return MigrationContext.configure(connection).get_current_revision() == _steps()[0]


def _steps() -> list[str]:
    """The revisions, newest first."""
    return [step.revision for step in ScriptDirectory.from_config(_config(None)).walk_revisions()]


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "web:migrations")
    config.attributes["connection"] = connection
    return config
