"""Giving people and their programs access."""

from __future__ import annotations

import argparse
from datetime import timedelta

from web import accounts, tokens
from web.cli.base import Commands, Stop, command, installed, now, say


def add(commands: Commands) -> None:
    """`alur token`."""
    parser = command(commands, "token", token)
    parser.add_argument("nip", help="whose rights the token has")
    parser.add_argument("--label", default="alur token", help="what it is for")
    parser.add_argument("--days", type=int, default=90, help="how long it is valid")


def token(options: argparse.Namespace) -> int:
    """Make a bearer token for somebody's programs; it is shown this once."""
    parts, valid_for = installed(), timedelta(days=options.days)
    with parts.database.reads() as session:
        account = accounts.by_nip(session, accounts.digits_of(options.nip))
    if account is None:
        raise Stop("Nobody with this NIP has an account here.")
    person, label = account.person, options.label[:80]
    say(parts.database.command(lambda session: tokens.issue(session, person, label, now(), valid_for)))
    return 0
