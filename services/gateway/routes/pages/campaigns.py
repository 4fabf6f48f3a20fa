"""Campaigns in a browser: the list, and one with what it says, whom it reaches, and all that can be done to it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fastapi import APIRouter, Response

from services.gateway.routes.pages.campaign_steps import open_to
from services.gateway.routes.pages.inputs import Input, entered, filled, kept, labelled, wrongs
from services.gateway.routes.pages.order_fields import in_language, inputs_of, shown
from services.gateway.routes.pages.packages import Word, given, query_with
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import names_of
from shared.kernel.ids import CampaignId

router = APIRouter(route_class=PageRoute)
Step = Literal["submit-content", "start", "stop", "cancel", "reinitialise"]
DONE: Mapping[str, str] = {
    "submit-content": "handed-in",
    "start": "started",
    "stop": "stopped",
    "cancel": "cancelled",
    "reinitialise": "again",
}
SOME = 20
DAY = {"kind": "date"}
MOVES = frozenset(
    {
        "CampaignPrepared",
        "ChildCampaignCreated",
        "LocalCampaignCreated",
        "CampaignMadeAvailable",
        "CampaignStarted",
        "CampaignFinished",
        "CampaignCancelled",
        "CampaignReinitialised",
    }
)
"""The facts after which a campaign's status is another."""


@router.get("/campaigns")
async def show_campaigns(
    visit: Seen, status: Word = "", kind: Word = "", q: Word = "", cursor: Word = ""
) -> Response:
    """Campaigns by status, kind and words, the newest first; an entity's people see the entity's own."""
    asked = {"status": status, "kind": kind, "q": q}
    found = await visit.read("/campaigns", **given(asked), **given({"cursor": cursor}))
    return visit.page("campaigns.html", found=found, asked=asked, query=query_with(asked))


@router.get("/campaigns/{campaign_id}")
async def show_campaign(visit: Seen, campaign_id: CampaignId) -> Response:
    """One campaign: where it stands, what it says to whom, and what whoever looks can do."""
    return await campaign_page(visit, await visit.read(f"/campaigns/{campaign_id}"))


@router.get("/campaigns/{campaign_id}/children")
async def show_children(visit: Seen, campaign_id: CampaignId, cursor: Word = "") -> Response:
    """The campaigns of entities that approved orders created from this one."""
    campaign = await visit.read(f"/campaigns/{campaign_id}")
    found = await visit.read(f"/campaigns/{campaign_id}/children", **given({"cursor": cursor}))
    return visit.page("campaign-children.html", campaign=campaign, found=found, query=query_with({}))


@router.post("/campaigns/{campaign_id}/values")
async def change_values(visit: Seen, form: Sent, campaign_id: CampaignId) -> Response:
    """Change what the entity's own campaign says; what only a full field can be, and is empty, stays as it is."""
    campaign = await visit.read(f"/campaigns/{campaign_id}")
    asked = _asked(visit, campaign, await _pictures(visit, campaign))
    body, wrong = entered(asked, form, visit.language, visit.zone)
    told: dict[str, Any] = {"values": kept(asked, form)}
    if wrong:
        return await campaign_page(visit, campaign, visit.unreadable(asked, wrong), wrong=wrong, **told)
    texts = {one["name"] for one in campaign["definition"]["fields"] if one["kind"] == "text"}
    said = {name: "" if value is None and name in texts else value for name, value in body["values"].items()}
    values = {name: value for name, value in said.items() if value is not None}
    path = f"/campaigns/{campaign_id}"
    answered = await visit.send("PATCH", path, form, {"values": values})
    if answered.is_error:
        problem = labelled(asked, answered.json(), visit.language) or {}
        return await campaign_page(visit, campaign, problem, wrong=wrongs(asked, problem), **told)
    return visit.after(answered, path, "saved")


@router.post("/campaigns/{campaign_id}/{step}")
async def take_step(visit: Seen, form: Sent, campaign_id: CampaignId, step: Step) -> Response:
    """Hand the content in, start, stop, call off, or use again."""
    path = f"/campaigns/{campaign_id}"
    body = {"reason": str(form.get("reason", ""))} if step == "cancel" else {}
    answered = await visit.send("POST", f"{path}/{step}", form, body)
    if answered.is_error:
        return await campaign_page(visit, await visit.read(path), answered.json())
    return visit.after(answered, path, DONE[step])


async def campaign_page(
    visit: Visit, campaign: Mapping[str, Any], problem: Mapping[str, Any] | None = None, **more: Any
) -> Response:
    """The page of a campaign, with what was wrong with what was tried before."""
    journal = await visit.read_if_any(f"/campaigns/{campaign['campaign_id']}/journal")
    entries = journal["entries"] if journal else ()
    pictures = await _pictures(visit, campaign)
    asked = _asked(visit, campaign, pictures)
    day = campaign["contact_on"]
    known = {
        "campaign": campaign,
        "open": open_to(visit, campaign),
        "journal": journal,
        "names": await names_of(visit, (one["who"] for one in entries)),
        "moved": _moved(entries),
        "asked": asked,
        "contact_day": day and shown(DAY, day, visit.language),
        "told": _told(campaign, visit.language, dict(pictures)),
        "wrong": {},
        "problem": problem,
    }
    known |= {"values": filled(asked, campaign, visit.zone)} | await _around(visit, campaign)
    return visit.page("campaign.html", **{**known, **more}, status=problem["status"] if problem else 200)


def _asked(visit: Visit, campaign: Mapping[str, Any], pictures: Sequence[tuple[str, str]]) -> list[Input]:
    """Its fields; of no default, for what was ordered counts where nothing is entered."""
    fields = [{**one, "default": None} for one in campaign["definition"]["fields"]]
    return inputs_of(fields, visit.language, pictures)


async def _around(visit: Visit, campaign: Mapping[str, Any]) -> dict[str, Any]:
    """What belongs to it: where it came from, or what came of it."""
    if campaign["parent_id"] is None:
        path = f"/campaigns/{campaign['campaign_id']}/children"
        return {
            "children": await visit.read(path, limit=SOME),
            "parent": None,
            "package": None,
            "order": None,
        }
    return {
        "children": None,
        "parent": await visit.read_if_any(f"/campaigns/{campaign['parent_id']}"),
        "package": await visit.read_if_any(f"/packages/{campaign['package_id']}"),
        "order": await visit.read_if_any(f"/orders/{campaign['order_id']}"),
    }


async def _pictures(visit: Visit, campaign: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Ids and names of the pictures that came with its order, where one of its fields asks for one."""
    if not any(one["kind"] == "image" for one in campaign["definition"]["fields"]):
        return []
    order = campaign["order_id"] and await visit.read_if_any(f"/orders/{campaign['order_id']}")
    documents = order["documents"] if order else ()
    return [(one["document_id"], one["name"]) for one in documents if one["media_type"].startswith("image/")]


def _moved(entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The last entry that changed the status: since when it is so, and who saw to it."""
    return next((one for one in reversed(entries) if one["what"] in MOVES), None)


def _told(
    campaign: Mapping[str, Any], language: str, pictures: Mapping[str, str]
) -> list[tuple[str, str, bool]]:
    """What counts in each field, as people write it, and whether the entity changed it after its order."""
    found = []
    for field in campaign["definition"]["fields"]:
        name = field["name"]
        value = campaign["values"].get(name)
        said = "" if value is None else pictures.get(str(value), "") or shown(field, value, language)
        found.append((in_language(field["label"], language) or name, said, name in campaign["changed"]))
    return found
