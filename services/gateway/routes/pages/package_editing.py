"""Making a package in a browser, editing it, and who is invited; its documents."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from httpx2 import Response as Answered
from starlette.datastructures import FormData

from services.gateway.routes.pages import package_form
from services.gateway.routes.pages.inputs import Input, entered, filled, kept, labelled, wrongs
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Office, Sent, Visit
from services.gateway.routes.pages.who import entities_of
from services.gateway.words import Word, word
from shared.kernel.ids import PackageId

router = APIRouter(route_class=PageRoute)
TEMPLATES = {"local": "localEmpty"}
OF_ALL_OTHERS = "mutualizedEmpty"
UNREADABLE = 422


@router.get("/packages/new")
async def show_new_package(visit: Office, reference: Annotated[str, Query(max_length=40)] = "") -> Response:
    """What a new package needs; `reference` is the campaign it is to be built on."""
    asked = await _asked(visit, new=True)
    values = filled(package_form.all_of(asked), package_form.blank(), visit.zone) | {
        "reference_id": reference
    }
    return visit.page("package-form.html", asked=asked, values=values, wrong={}, package=None)


@router.post("/packages/new")
async def make_package(visit: Office, form: Sent) -> Response:
    """Make it, and go on to its page."""
    asked = await _asked(visit, new=True)
    body, wrong = entered(package_form.all_of(asked), form, visit.language, visit.zone)
    if wrong:
        return _again(visit, asked, form, wrong)
    reference = (
        await visit.read_if_any(f"/campaigns/{body['reference_id']}") if body["reference_id"] else None
    )
    template = TEMPLATES.get(reference["kind"], OF_ALL_OTHERS) if reference else OF_ALL_OTHERS
    ids = await _named(visit, body["costs"]["shares"])
    wish = package_form.as_body(body, ids, {}) | {"template": template}
    answered = await visit.send("POST", "/packages", form, wish)
    if answered.is_error:
        return _again(visit, asked, form, {}, answered)
    found = answered.json()
    return visit.after(
        answered, f"/packages/{found['package_id']}" if "package_id" in found else "/packages", "created"
    )


@router.get("/packages/{package_id}/edit")
async def show_package_form(visit: Office, package_id: PackageId) -> Response:
    """The package as a form."""
    package = await visit.read(f"/packages/{package_id}")
    asked = await _asked(visit)
    entities = await entities_of(visit, (one["entity_id"] for one in package["costs"].get("shares", ())))
    numbers = {one["entity_id"]: one["number"] for one in entities}
    values = filled(package_form.all_of(asked), package_form.as_form(package, numbers), visit.zone)
    return visit.page("package-form.html", asked=asked, values=values, wrong={}, package=package)


@router.post("/packages/{package_id}/edit")
async def edit_package(visit: Office, form: Sent, package_id: PackageId) -> Response:
    """Change what the form says. What somebody else changed meanwhile is not overwritten."""
    package = await visit.read(f"/packages/{package_id}")
    asked = await _asked(visit)
    body, wrong = entered(package_form.all_of(asked), form, visit.language, visit.zone)
    if wrong:
        return _again(visit, asked, form, wrong, package=package)
    ids = await _named(visit, body["costs"]["shares"])
    wish = package_form.as_body(body, ids, package)
    changed = {name: value for name, value in wish.items() if value != package.get(name)}
    answered = await visit.send("PATCH", f"/packages/{package_id}", form, changed)
    if answered.is_error:
        return _again(visit, asked, form, {}, answered, package)
    return visit.after(answered, f"/packages/{package_id}", "saved")


def _again(
    visit: Visit,
    asked: package_form.Sections,
    form: FormData,
    wrong: Mapping[str, Word | str],
    answered: Answered | None = None,
    package: Mapping[str, Any] | None = None,
) -> Response:
    """The form once more, with what was entered and what is wrong with it."""
    inputs = package_form.all_of(asked)
    problem = labelled(inputs, answered.json() if answered is not None else None, visit.language)
    known = {
        "asked": asked,
        "values": kept(inputs, form),
        "wrong": wrong or wrongs(inputs, problem or {}),
        "package": package,
        "problem": problem or visit.unreadable(inputs, wrong),
    }
    return visit.page("package-form.html", status=problem["status"] if problem else UNREADABLE, **known)


async def _asked(visit: Visit, *, new: bool = False) -> package_form.Sections:
    reviewers = await package_form.reviewers_for(visit)
    if not new:
        return package_form.sections(reviewers)
    found = await visit.read("/campaigns", status="prepared", limit=package_form.MOST)
    choices = [(one["campaign_id"], f"{one['label']} ({one['name']})") for one in found["items"]]
    reference = Input(
        "reference_id",
        "choice",
        word("Reference campaign"),
        word("What the package offers: its kind, its form and its content."),
        required=True,
        choices=choices,
    )
    return package_form.sections(reviewers, references=(reference,))


async def _named(visit: Visit, shares: Sequence[str]) -> Mapping[str, str]:
    """Ids of the entities that are named in these lines, by their names: OU3."""
    found: dict[str, str] = {}
    for name in {line.partition(" ")[0].upper() for line in shares}:
        listed = await visit.read("/entities", q=name.removeprefix("OU"), limit=package_form.MOST)
        found |= {
            f"OU{one['number']}": one["entity_id"] for one in listed["items"] if f"OU{one['number']}" == name
        }
    return found


@router.get("/packages/{package_id}/audience")
async def show_audience(
    visit: Office, package_id: PackageId, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Who is invited, and whom `q` finds to be invited as well."""
    return await _audience_page(visit, package_id, q)


async def _audience_page(
    visit: Visit, package_id: PackageId, q: str = "", answered: Answered | None = None
) -> Response:
    package = await visit.read(f"/packages/{package_id}")
    invited = await entities_of(visit, package["audience"])
    found = await visit.read("/entities", limit=package_form.MOST, **({"q": q} if q else {}))
    others = [
        one for one in found["items"] if one["entity_id"] not in package["audience"] and not one["closed"]
    ]
    local = [one for one in others if one["level"] == "local"]
    known = {"package": package, "invited": invited, "others": local, "more": found["next"], "q": q}
    problem = answered.json() if answered is not None else None
    return visit.page("audience.html", problem=problem, status=problem["status"] if problem else 200, **known)


@router.post("/packages/{package_id}/audience")
async def change_audience(visit: Office, form: Sent, package_id: PackageId) -> Response:
    """Invite those who are ticked among the others, and take out those who are ticked among the invited."""
    package = await visit.read(f"/packages/{package_id}")
    out = {str(one) for one in form.getlist("out")}
    stay = [one for one in package["audience"] if one not in out]
    body: dict[str, Any] = {"entities": [*stay, *(str(one) for one in form.getlist("in"))]}
    if reason := str(form.get("reason", "")).strip():
        body["reason"] = reason
    answered = await visit.send("PUT", f"/packages/{package_id}/audience", form, body)
    if answered.is_error:
        return await _audience_page(visit, package_id, "", answered)
    return visit.after(answered, f"/packages/{package_id}/audience", "saved")
