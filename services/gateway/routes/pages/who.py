"""What people call each other, as far as whoever looks may know it, and what that is about which they are asked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.gateway import words
from services.gateway.routes.decisions import PLACES
from services.gateway.routes.pages.package_form import MOST, reviewers_for
from services.gateway.routes.pages.visit import Visit
from services.gateway.words import Word, say_in, word

Choices = Sequence[tuple[str, Word | str]]


async def entities_of(visit: Visit, ids: Iterable[str]) -> list[Mapping[str, Any]]:
    """These entities in the order given, as far as whoever looks may see them; asked for by pages of the list."""
    wanted = list(ids)
    found: dict[str, Mapping[str, Any]] = {}
    cursor: dict[str, str] = {}
    while not found.keys() >= set(wanted):
        page = await visit.read("/entities", limit=MOST, **cursor)
        found |= {one["entity_id"]: one for one in page["items"]}
        cursor = {"cursor": page["next"]}
        if page["next"] is None:
            break
    return [found[one] for one in wanted if one in found]


async def names_of(visit: Visit, ids: Iterable[str | None]) -> Mapping[str, str]:
    """The name of each, as far as whoever looks may know it."""
    return {one: await _name(visit, one) for one in dict.fromkeys(ids) if one}


async def _name(visit: Visit, who: str) -> str:
    say = say_in(visit.language)
    if who == visit.actor.id:
        return say(word("You"))
    if not _is_id(who):
        return say(word("Silence") if who == "silence" else word("Samverkan itself"))
    known = await visit.read_if_any(f"/people/{who}")
    return str((known or {}).get("name") or say(word("Somebody else")))


async def reviewers_named(visit: Visit, reviewers: Iterable[str]) -> list[str]:
    """Whom these names of reviewers call, in words."""
    return [await _reviewer(visit, one) for one in dict.fromkeys(reviewers)]


async def _reviewer(visit: Visit, reviewer: str) -> str:
    say = say_in(visit.language)
    sort, _, whom = reviewer.partition(":")
    if sort == "person":
        return await _name(visit, whom)
    if sort == "role":
        return say(words.ROLE[whom])
    entity_id, _, group = whom.partition("/")
    entity = await visit.read_if_any(f"/entities/{entity_id}")
    return f"{say(words.GROUP[group])} ({entity['label']})" if entity else say(words.GROUP[group])


async def to_call(visit: Visit, entity_id: str | None) -> Choices:
    """Whom one can call to a question about this entity's work, or about head office's where none is given."""
    head_office = (
        await reviewers_for(visit) if visit.central else [("role:central", word("Anybody at head office"))]
    )
    if entity_id is None:
        return head_office
    local = [(f"person:{one['person_id']}", one["name"]) for one in await people_of(visit, entity_id)]
    return [*head_office, *local, *await _groups(visit, entity_id)]


async def people_of(visit: Visit, entity_id: str) -> Sequence[Mapping[str, Any]]:
    """Who works in this entity now."""
    local = await visit.read("/people", role="local", limit=MOST)
    return [one for one in local["items"] if one["active"] and one["entity_id"] == entity_id]


async def _groups(visit: Visit, entity_id: str) -> Choices:
    entity = await visit.read_if_any(f"/entities/{entity_id}")
    say = say_in(visit.language)
    return [
        (f"group:{entity_id}/{name}", f"{say(words.GROUP[name])} ({entity['label']})")
        for name in (entity or {}).get("groups", ())
        if entity
    ]


async def subjects_of(visit: Visit, asked: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[str, str]]:
    """What questions are about, by its id, as far as whoever looks may see it: its label and where it is to be seen."""
    places = {one["subject_id"]: f"/{PLACES[one['subject']]}/{one['subject_id']}" for one in asked}
    return {subject_id: await shown_at(visit, path) for subject_id, path in places.items()}


async def shown_at(visit: Visit, path: str) -> Mapping[str, str]:
    """The label of what is there, its entity's, and the way to it; empty where whoever looks may not see it."""
    found = await visit.read_if_any(path)
    if found is None:
        return {"path": "", "label": "", "entity": ""}
    label = " ".join(
        filter(None, (found.get("label"), f"({found.get('name') or 'OU{number}'.format_map(found)})"))
    )
    return {"path": path, "label": label, "entity": found.get("entity_label") or ""}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
