"""The templates that head office starts from."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.campaigns.deciders.templates import TEMPLATES, Template
from services.campaigns.routes import resources
from shared.web.caller import Caller, allow
from shared.web.desk import StrictRoute, shown
from shared.web.lists import Page
from shared.web.problems import documented
from shared.web.sheets import Form, in_form

router = APIRouter(prefix="/templates", tags=["templates"], route_class=StrictRoute)
Central = Annotated[Caller, Depends(allow("central", "admin"))]
SHEET = ("name", "kind", "label.sv", "label.en", "package_asks")


@router.get("", response_model=Page[resources.Template], responses=documented(400, 401, 403))
async def list_templates(caller: Central, form: Form = "json") -> Response:
    """All five."""
    del caller
    items = [_shown(template) for template in TEMPLATES.values()]
    return await in_form(form, {"items": items, "next": None}, SHEET, items, "templates")


@router.get("/{name}", response_model=resources.Template, responses=documented(401, 403, 404))
async def show_template(name: str, caller: Central) -> Response:
    """One template with its definition, and what a package made from it will be asked for."""
    del caller
    found = TEMPLATES.get(name)
    return shown(_shown(found) if found else None)


def _shown(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "kind": template.kind,
        "label": dict(template.label),
        "package_asks": list(template.package_asks),
        "definition": template.definition.model_dump(mode="json"),
    }
