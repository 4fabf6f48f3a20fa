"""Who may answer a request, and in whose name."""

from itertools import chain

from services.approval.deciders.request_commands import HEAD_OFFICE, PersonsCommand, Request
from shared.contracts.approval import ApprovalRequested
from shared.kernel.decider import Refused

OWN_NAME = ""


def no_right(command: PersonsCommand, request: Request, asked: ApprovalRequested) -> Refused | None:
    """Why this person may not answer, if so: nobody answers their own work unless the terms say so."""
    entitled = in_whose_name(command, request, asked) is not None
    if not entitled and not command.by.sees(asked.entity_id):
        return Refused("request.unknown", "missing")
    if not command.active:
        return Refused("request.person-inactive", "forbidden")
    if _is_author(command.by.id, asked) and "admin" not in command.by.roles:
        return Refused("request.own-work", "forbidden")
    return None if entitled else Refused("request.not-reviewer", "forbidden")


def in_whose_name(command: PersonsCommand, request: Request, asked: ApprovalRequested) -> str | None:
    """OWN_NAME of those asked in person, the id of whom a delegate or deputy answers for, None of all others.

    Administrators always, and head office for every order; a deputy has the rights of whom it stands in for, but
    never those to that person's own work.
    """
    by, names = command.by, {f"person:{command.by.id}", *command.member_of}
    names |= set(HEAD_OFFICE) if "central" in by.roles else set()
    if "admin" in by.roles or _is_asked(names, request, asked):
        return OWN_NAME
    delegated = (one.by for one in request.delegations if one.to in names)
    deputed = (
        one.person_id
        for one in command.stands_in_for
        if _is_asked(set(one.names), request, asked) and not _is_author(one.person_id, asked)
    )
    return next(chain(delegated, deputed), None)


def no_part(command: PersonsCommand, request: Request, asked: ApprovalRequested) -> Refused | None:
    """Why this person may not join in the talk about a request, if so: whoever sees it and takes part may."""
    wrote = command.by.id in {asked.requested_by, *asked.co_authors}
    if not (wrote or command.by.sees(asked.entity_id) or in_whose_name(command, request, asked) is not None):
        return Refused("request.unknown", "missing")
    return None if command.active else Refused("request.person-inactive", "forbidden")


def _is_asked(names: set[str], request: Request, asked: ApprovalRequested) -> bool:
    if asked.subject == "order" and not names.isdisjoint(HEAD_OFFICE):
        return True
    return not names.isdisjoint(request.reviewers)


def _is_author(person_id: str, asked: ApprovalRequested) -> bool:
    return not asked.own_work and person_id in {asked.requested_by, *asked.co_authors}
