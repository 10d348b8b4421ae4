"""Who keeps the calendar: BKPSDM that of the whole office, and each unit's officer what is the unit's own."""

from __future__ import annotations

from engine.actor import Actor, Grant
from workflows.calendar import JOINT, LOCAL, PUBLIC, WORKDAY
from workflows.positions import ANYWHERE

MATTER = "calendar"
"""How a decree names the calendar when it limits what an acting officer may do."""
OFFICE = frozenset({f"role:{role}@{ANYWHERE}" for role in ("verifier", "bkpsdm_head")})
"""Who keeps the calendar of all units."""
OFFICER = "role:personnel_officer@"
"""Who keeps a unit's own days and rosters: this, with the unit's id after it."""
KINDS_FOR_ALL, KINDS_OF_A_UNIT = (PUBLIC, JOINT, LOCAL, WORKDAY), (LOCAL, WORKDAY)


def keeps_all(actor: Actor) -> bool:
    """Whether the actor keeps the calendar of the whole office, and so every unit's too."""
    return any(_holds(grant) and grant.principal in OFFICE for grant in actor.grants)


def keeps(actor: Actor, unit: str | None) -> bool:
    """Whether the actor may change the calendar of a unit, or (None) that of all units."""
    own = f"{OFFICER}{unit}"
    return keeps_all(actor) or (unit is not None and any(_holds(g) and g.principal == own for g in actor.grants))


def units_kept(actor: Actor) -> frozenset[str]:
    """The units whose officer the actor is; who keeps all needs none of them."""
    held = (grant.principal for grant in actor.grants if _holds(grant))
    return frozenset(principal.removeprefix(OFFICER) for principal in held if principal.startswith(OFFICER))


def kinds_for(unit: str | None) -> tuple[str, ...]:
    """The kinds of days that a calendar may have of its own: a unit declares no public holiday and no joint leave.

    Source: Keppres on national holidays and joint leave; the joint decree of the three ministers.
    """
    return KINDS_FOR_ALL if unit is None else KINDS_OF_A_UNIT


def _holds(grant: Grant) -> bool:
    return MATTER not in grant.excluded and (grant.only is None or MATTER in grant.only)
