"""What is sent about packages."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.catalog.deciders.details import DetailsWish
from services.catalog.deciders.package_commands import PackageTemplate
from shared.kernel.ids import CampaignId, EntityId, PersonId
from shared.web.desk import Body

DRAFT: dict[str, Any] = {
    "template": "mutualizedEmpty",
    "reference_id": "0b2f1c9e-6d0a-5b52-9a53-3a1d0f6f4b10",
    "label": "Vårens erbjudande",
    "folder": "Vår 2026",
    "starts_at": "2026-03-03T09:00:00+01:00",
    "ends_at": "2026-04-30T17:00:00+02:00",
    "registration_deadline": "2026-03-20T17:00:00+01:00",
    "available_at": "2026-03-25T09:00:00+01:00",
    "approval": {"reviewers": ["role:central"], "answer_within_days": 3},
    "audience": ["7d0c9c2e-55a5-5f0e-8d5e-0f3a4d5b6c7d"],
}
Audience = Annotated[tuple[EntityId, ...], Field(max_length=20_000)]
Text = Annotated[str, StringConstraints(max_length=2_000)]


class NewPackage(DetailsWish):
    """A package as head office begins it. Its kind is that of the campaign it is built on."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_max_length=20_000,
        json_schema_extra={
            "examples": [DRAFT],
            "required": ["template", "reference_id", "label", "folder", "starts_at", "ends_at"],
        },
    )

    template: PackageTemplate
    reference_id: CampaignId | None = None
    audience: Audience = ()


class PackageChanges(DetailsWish):
    """Details to change; those left out stay. null takes an optional date away."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_max_length=20_000,
        json_schema_extra={"examples": [{"ends_at": "2026-05-15T17:00:00+02:00", "message": "Längre tid!"}]},
    )


class AudienceBody(Body):
    """The whole audience. `reason` is told to the entities that are taken out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"entities": ["7d0c9c2e-55a5-5f0e-8d5e-0f3a4d5b6c7d"], "reason": "Regionen har flyttats"}
            ]
        }
    )

    entities: Audience
    reason: Text = "Withdrawn by head office"


class Owner(Body):
    """Who answers for the package from now on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"owner": "5f2a1c7e-8d4b-5e0a-9c63-2b7d1e0f4a58"}]}
    )

    owner: PersonId


class Comment(Body):
    """What the one who decides wants to say."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"comment": "Bra, kör!"}]})

    comment: Text = ""


class Reason(Body):
    """Why, for the journal and for those concerned."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Leverantören drog sig ur"}]})

    reason: Text = ""


def wish_of(body: BaseModel) -> DetailsWish:
    """The details in a body, those that were given and no others."""
    given = {name: getattr(body, name) for name in DetailsWish.model_fields if name in body.model_fields_set}
    return DetailsWish.model_validate(given)
