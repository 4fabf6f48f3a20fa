"""Making a reference campaign in a browser, and everything it is, in one place; with what entities will see of it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from services.gateway.routes.pages import campaign_form
from services.gateway.routes.pages.campaign_form import FIELDS, QUERY, Asked, Raw
from services.gateway.routes.pages.inputs import Input, entered, filled, kept, labelled, wrongs
from services.gateway.routes.pages.order_fields import in_language, inputs_of
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Office, Sent, Visit
from services.gateway.words import Word, say_in, word
from shared.kernel.decider import Refused
from shared.kernel.ids import CampaignId
from shared.web.caller import Stop

router = APIRouter(route_class=PageRoute)
STALE = 412
OF_RECIPIENT = ("recipient_name", "recipient_city")
"""What a message may say of whoever reads it, beside the fields of the order."""
NOT_PREPARED = word(
    "Settings can be changed while the campaign is prepared, and not once it runs or has ended."
)


@router.get("/campaigns/new")
async def show_new_campaign(visit: Office) -> Response:
    """The templates to begin with, and what a package of each is asked."""
    templates, asked = await _begun(visit)
    values = {"template": templates[0]["name"]}
    return visit.page("campaign-new.html", templates=templates, asked=asked, values=values, wrong={})


@router.post("/campaigns/new")
async def make_campaign(visit: Office, form: Sent) -> Response:
    """Make it, and go on to its settings."""
    templates, asked = await _begun(visit)
    body, wrong = entered(asked, form, visit.language, visit.zone)
    known = {"templates": templates, "asked": asked, "values": kept(asked, form)}
    if wrong:
        problem = visit.unreadable(asked, wrong)
        return _new_again(visit, known, wrong, problem)
    answered = await visit.send("POST", "/campaigns", form, body)
    if answered.is_error:
        problem = labelled(asked, answered.json(), visit.language) or {}
        return _new_again(visit, known, wrongs(asked, problem), problem)
    found = answered.json()
    path = f"/campaigns/{found['campaign_id']}/settings" if "campaign_id" in found else "/campaigns"
    return visit.after(answered, path, "created")


def _new_again(
    visit: Visit, known: Mapping[str, Any], wrong: Mapping[str, Word | str], problem: Mapping[str, Any]
) -> Response:
    return visit.page("campaign-new.html", status=problem["status"], **known, wrong=wrong, problem=problem)


async def _begun(visit: Visit) -> tuple[list[Mapping[str, Any]], list[Input]]:
    templates = (await visit.read("/templates"))["items"]
    choices = [(one["name"], in_language(one["label"], visit.language)) for one in templates]
    template = Input("template", "choice", word("Template"), required=True, choices=choices)
    return templates, [template, campaign_form.CAMPAIGN[0], *campaign_form.WHEN[:2]]


@router.get("/campaigns/{campaign_id}/settings")
async def show_settings(visit: Office, campaign_id: CampaignId) -> Response:
    """Everything that the campaign is, as a form."""
    campaign = await reference(visit, campaign_id)
    asked = _asked_of(campaign)
    values = filled(asked.inputs, campaign_form.as_form(campaign), visit.zone)
    return _page(visit, campaign, asked, values, version=campaign["version"])


async def reference(visit: Visit, campaign_id: CampaignId) -> Mapping[str, Any]:
    """The reference campaign. Stop with what a service would say where it is an entity's own."""
    campaign: Mapping[str, Any] = await visit.read(f"/campaigns/{campaign_id}")
    if campaign["parent_id"]:
        raise Stop(Refused("campaign.only-values", "conflict"), 409)
    return campaign


def _asked_of(campaign: Mapping[str, Any]) -> Asked:
    definition = campaign["definition"]
    kinds = [one["kind"] for one in definition["fields"]]
    return campaign_form.asked_for(kinds, len(definition["query"]))


@router.post("/campaigns/{campaign_id}/settings")
async def change_settings(visit: Office, form: Sent, campaign_id: CampaignId) -> Response:
    """Save what the form says; or show it with one block more or less, or in another order, nothing saved yet."""
    campaign = await reference(visit, campaign_id)
    step = str(form.get("do", ""))
    raw = {name: str(value) for name, value in form.items()}
    if (other := campaign_form.rearranged(raw, step)) is not None:
        return _page(visit, campaign, _asked_in(other), other, version=raw.get("version", ""), unsaved=True)
    return await _save(visit, campaign, raw, to="preview" if step == "preview" else "settings")


def _asked_in(raw: Raw) -> Asked:
    kinds = [one.get("kind", "text") for one in campaign_form.blocks_of(raw, FIELDS)]
    return campaign_form.asked_for(kinds, len(campaign_form.blocks_of(raw, QUERY)))


async def _save(visit: Visit, campaign: Mapping[str, Any], raw: Raw, to: str) -> Response:
    asked, form = _asked_in(raw), FormData(raw)
    body, wrong = entered(asked.inputs, form, visit.language, visit.zone)
    if wrong:
        problem = visit.unreadable(asked.inputs, wrong)
        return _again(visit, campaign, asked, raw, problem)
    path = f"/campaigns/{campaign['campaign_id']}"
    answered = await visit.send("PATCH", path, form, campaign_form.as_body(body, campaign))
    if answered.is_error:
        return _again(visit, campaign, asked, raw, answered.json())
    return visit.after(answered, f"{path}/{to}", "saved")


def _again(
    visit: Visit, campaign: Mapping[str, Any], asked: Asked, raw: Raw, problem: Mapping[str, Any]
) -> Response:
    """The form once more with what was entered; with the version that was seen, until its loss was told."""
    problem = labelled(asked.inputs, problem, visit.language) or {}
    wrong = wrongs(asked.inputs, problem)
    say = say_in(visit.language)
    errors = [{**one, "label": asked.place(one["field"], say)} for one in problem["errors"]]
    version = campaign["version"] if problem["status"] == STALE else raw.get("version", "")
    values = kept(asked.inputs, FormData(raw))
    told = {"problem": {**problem, "errors": errors}, "status": problem["status"]}
    return _page(visit, campaign, asked, values, version=version, wrong=wrong, **told)


def _page(
    visit: Visit,
    campaign: Mapping[str, Any],
    asked: Asked,
    values: Mapping[str, Any],
    *,
    version: int | str,
    wrong: Mapping[str, Word | str] | None = None,
    unsaved: bool = False,
    **more: Any,
) -> Response:
    names = [values.get(f"{FIELDS}.{number}.name") for number in range(len(asked.fields))]
    known: dict[str, Any] = {
        "campaign": campaign,
        "asked": asked,
        "form": campaign_form,
        "values": values,
        "version": version,
        "wrong": wrong or {},
        "unsaved": unsaved,
        "names": [*(name for name in names if name), *OF_RECIPIENT],
        "locked": "" if campaign["status"] == "prepared" else NOT_PREPARED,
    }
    return visit.page("campaign-settings.html", **known, **more)


@router.get("/campaigns/{campaign_id}/preview")
async def show_preview(visit: Office, campaign_id: CampaignId) -> Response:
    """The order form as entities will see it, and the message as it is where nothing is entered."""
    campaign = await reference(visit, campaign_id)
    definition = campaign["definition"]
    fields = () if definition["interface"] == "pre_set" else definition["fields"]
    asked = inputs_of(fields, visit.language)
    return visit.page("campaign-preview.html", campaign=campaign, asked=asked)
