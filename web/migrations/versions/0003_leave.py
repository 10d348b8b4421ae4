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
    pass


def _drop_letters() -> None:
    pass


def _add_calendar() -> None:
    pass


def _drop_calendar() -> None:
    pass
