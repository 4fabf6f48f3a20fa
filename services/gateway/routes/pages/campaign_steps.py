"""What whoever looks at a campaign can do to it now, and why not what it cannot.

The service decides; this spares people buttons that would only be refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gateway.routes.pages.visit import Visit
from services.gateway.words import Word, word

Campaign = Mapping[str, Any]
NOT_YET = word("It can be changed and started once it is available.")
ENTITY_RUNS_IT = word("The entity changes, starts and stops its own campaign.")
HEAD_OFFICE_RUNS_IT = word("It was ordered by brief: head office starts and stops it.")
OVER = word("Its time is over: it can neither be changed nor started.")
CONTENT_FIRST = word("It starts once its content has been approved.")
PRE_SET = word("Everything in it is pre-set by head office.")
TEMPLATE = word("It is what entities' own campaigns are made of, and is not started itself.")
ENDED = word("It has ended: nothing can be changed any more.")


@dataclass(frozen=True, slots=True)
class Open:
    """The steps that are offered, whether its values can be changed, and why the rest is not offered."""

    steps: frozenset[str]
    values: bool
    why_not: Word | str = ""


def open_to(visit: Visit, campaign: Campaign) -> Open:
    """What this person can do to the campaign now."""
    return _reference(visit, campaign) if campaign["parent_id"] is None else _own(visit, campaign)


def _reference(visit: Visit, campaign: Campaign) -> Open:
    status = campaign["status"]
    if status == "cancelled":
        return Open(frozenset({"reinitialise"}), values=False)
    if status == "finished":
        return Open(frozenset(), values=False, why_not=ENDED)
    if status == "running":
        return Open(frozenset({"stop", "cancel"}), values=False)
    steps = frozenset({"settings", "package", "cancel"})
    if campaign["kind"] == "local":
        return Open(steps, values=False, why_not=TEMPLATE)
    if _is_over(visit, campaign):
        return Open(steps, values=False, why_not=OVER)
    return Open(steps | {"start"}, values=False)


def _is_over(visit: Visit, campaign: Campaign) -> bool:
    ends_at = campaign["ends_at"]
    return ends_at is not None and datetime.fromisoformat(ends_at) <= visit.now


def _own(visit: Visit, campaign: Campaign) -> Open:
    status = campaign["status"]
    if status in {"finished", "cancelled"}:
        return Open(frozenset(), values=False, why_not=ENDED)
    runs, stranger = _runs(visit, campaign)
    if status == "running":
        return Open(frozenset({"stop", "cancel"} if runs else {"cancel"}), values=False, why_not=stranger)
    if status == "created":
        return Open(frozenset({"cancel"}), values=False, why_not=NOT_YET)
    if _is_over(visit, campaign):
        return Open(frozenset({"cancel"}), values=False, why_not=OVER)
    return _available(visit, campaign, runs=runs, stranger=stranger)


def _runs(visit: Visit, campaign: Campaign) -> tuple[bool, Word | str]:
    """Whether this person starts and stops it, and who does otherwise."""
    if campaign["definition"]["interface"] == "by_brief":
        return visit.central, "" if visit.central else HEAD_OFFICE_RUNS_IT
    own = _of_the_entity(visit, campaign)
    return own, "" if own else ENTITY_RUNS_IT


def _of_the_entity(visit: Visit, campaign: Campaign) -> bool:
    return bool(campaign["entity_id"] == str(visit.actor.entity_id))


def _available(visit: Visit, campaign: Campaign, *, runs: bool, stranger: Word | str) -> Open:
    steps, why_not = {"cancel"}, stranger
    approval = campaign["content_approval"]
    if approval and approval["status"] not in {"submitted", "approved"}:
        steps.add("submit-content")
    if approval and approval["status"] != "approved":
        why_not = why_not or CONTENT_FIRST
    elif runs:
        steps.add("start")
    pre_set = campaign["definition"]["interface"] == "pre_set"
    values = _of_the_entity(visit, campaign) and not pre_set and bool(campaign["definition"]["fields"])
    return Open(frozenset(steps), values=values, why_not=why_not or (PRE_SET if pre_set else ""))
