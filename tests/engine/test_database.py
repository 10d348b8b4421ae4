"""What the engine asks of a connection, whichever database it leads to."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.db import Database


def test_an_error_of_the_database_quotes_nobody(database: Database) -> None:
    wrong = text("INSERT INTO nowhere (name) VALUES (:name)")
    with pytest.raises(DBAPIError) as caught:
        database.command(lambda session: session.execute(wrong, {"name": "Budi Santoso"}))
    with pytest.raises(DBAPIError) as read, database.reads() as session:
        session.execute(wrong, {"name": "Budi Santoso"})
    assert "Budi" not in f"{caught.value} {read.value}"
