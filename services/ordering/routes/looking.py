"""What routes look up before they ask: the package as offered, its form, and the order as it is shown."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.ordering.deciders import form as order_form
from services.ordering.deciders.form import Form
from services.ordering.deciders.offered import Offered
from services.ordering.deciders.order_commands import UNDECIDED
from services.ordering.deciders.parameters import Page, PageWish, asked, fields_of
from services.ordering.projections import audience, forms, offers, order_documents, order_list, people
from shared.contracts.catalog import PackageKind
from shared.contracts.ordering import Offer, OrderParameters, Values
from shared.kernel.ids import EntityId, OrderId, PackageId, PersonId
from shared.kernel.message import Actor
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.desk import shown

HIDDEN = ("entries", "taken", "settled", "offer", "found_by")


async def offered_to(here: Desk, package_id: PackageId, entity_id: EntityId | None) -> Offered | None:
    """The newest edition of a package as this entity finds it; None where it was not heard of."""
    row = await here.one(offers.NEWEST, {"package_id": str(package_id)})
    if row is None:
        return None
    place = {"package_id": str(package_id), "edition": row["edition"], "entity_id": str(entity_id)}
    (guests,) = await here.rows(audience.ONE, place)
    open_to_all = row["kind"] == "local" and not guests["size"]
    return Offered(
        offer=offers.offer_of(row),
        number=row["number"],
        label=row["label"],
        status=row["status"],
        invited=open_to_all or bool(guests["mine"]),
        multiple_creation=offers.multiple(row),
    )


async def asked_of(here: Desk, reference_id: object) -> tuple[Form, Page]:
    """What an order on this reference campaign fills in, as it is now: the form, and the standard page."""
    rows = await here.rows(forms.OF, {"campaign_id": str(reference_id)})
    return forms.form_of(rows), Page.model_validate_json(rows[0]["page"]) if rows else Page()


async def entitled_in(here: Desk, wish: PageWish, entity_id: object) -> frozenset[PersonId]:
    """Of those whom this wish names, the ones that an order of this entity may name."""
    asked = [{"person_id": str(person), "entity_id": str(entity_id)} for person in wish.people]
    found = [await here.one(people.ENTITLED, person) for person in asked]
    return frozenset(PersonId(UUID(row["person_id"])) for row in found if row)


def page_as(page: Page, kind: PackageKind) -> dict[str, Any]:
    """The standard page as it is shown: its fields, its limits, and what counts where nothing is entered."""
    shown_fields = fields_of(page, kind)
    limits = page.model_dump(include={"most_reviewers", "most_documents"})
    stand_in = page.model_dump(include={"program", "budget"} & set(shown_fields))
    return {"fields": list(shown_fields), **limits, "defaults": stand_in}


async def around(here: Desk, order: Row) -> dict[str, Any]:
    """The package and the form of an order, as its commands want them."""
    offered = await offered_to(here, PackageId(UUID(order["package_id"])), EntityId(UUID(order["entity_id"])))
    form, page = await asked_of(here, order["reference_id"])
    return {"offered": offered, "form": form, "page": page}


async def owned(here: Desk, actor: Actor, order_id: OrderId) -> dict[str, Any]:
    """The order as this actor may see it; Stop with 404 if there is none, before anything else is told."""
    found = await order_of(here, actor, order_id)
    if found is None:
        shown(None)
    return found or {}


async def order_of(here: Desk, actor: Actor, order_id: OrderId) -> dict[str, Any] | None:
    """The order with its form as this actor may see it, or None."""
    row = await here.one(order_list.ONE, {"order_id": str(order_id)})
    if row is None or not actor.sees(EntityId(UUID(row["entity_id"]))):
        return None
    order = await resource(here, row)
    form, page = await asked_of(here, order["reference_id"])
    if row["settled"] is None:
        missing = order_form.defaults(form, order["values"])
        taken = {**missing, **order["defaults"]}
        order["defaults"] = {name: value for name, value in taken.items() if name not in order["values"]}
    documents = await here.rows(order_documents.OF, {"order_id": str(order_id)})
    return {
        **order,
        "form": list(order_form.shown(asked(form, page), order["values"], order["defaults"])),
        "page": page_as(page, order["kind"]),
        "documents": [{**document, "late": bool(document["late"])} for document in documents],
    }


async def resource(here: Desk, row: Row) -> dict[str, Any]:
    """An order as it is listed: entries and defaults apart, with the dates that hold for it."""
    entries: Values = json.loads(row["entries"])
    standing: Values = json.loads(row["settled"] or row["taken"])
    return {
        **{name: value for name, value in row.items() if name not in HIDDEN},
        "name": f"ORD{row['number']}",
        "values": entries,
        "parameters": OrderParameters.model_validate_json(row["parameters"]).model_dump(mode="json"),
        "defaults": {name: value for name, value in standing.items() if name not in entries},
        **_dates(await _holding(here, row)),
    }


async def _holding(here: Desk, row: Row) -> Offer:
    """The offer as the package has it now, until somebody has said yes to the order: then as it was."""
    place = {"package_id": row["package_id"], "edition": row["edition"]}
    now = await here.one(offers.EDITION, place) if row["status"] in UNDECIDED else None
    return offers.offer_of(now) if now else Offer.model_validate_json(row["offer"])


def _dates(offer: Offer) -> Mapping[str, Any]:
    names = {"kind", "reference_id", "approval_mode"}
    dates = {"registration_deadline", "personalization_deadline", "available_at"}
    return offer.model_dump(mode="json", include=names | dates)
