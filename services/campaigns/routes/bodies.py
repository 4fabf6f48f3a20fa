"""What people send about campaigns: stricter than the facts, which an older reader must still understand."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Bounds

from shared.contracts.campaigns import Condition, Content, Definition, Field, Pressure
from shared.contracts.catalog import PackageKind
from shared.contracts.ordering import Values
from shared.kernel.moment import Moment
from shared.web.desk import Body

STRICT = ConfigDict(frozen=True, extra="forbid", str_max_length=20_000, allow_inf_nan=False)
Short = Annotated[str, StringConstraints(max_length=200)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class FieldWish(Field):
    """A field as head office gives it: nothing unknown."""

    model_config = STRICT

    label: Annotated[dict[str, str], Bounds(default_factory=dict, max_length=50)]
    choices: Annotated[tuple[Short, ...], Bounds(max_length=200)] = ()
    help: Annotated[dict[str, str], Bounds(default_factory=dict, max_length=50)]


class ConditionWish(Condition):
    """A condition as head office gives it: nothing unknown."""

    model_config = STRICT


Most = Annotated[int, Bounds(ge=1, le=1000)]
Days = Annotated[int, Bounds(ge=1, le=3650)]


class PressureWish(Pressure):
    """A ceiling as head office gives it: nothing unknown, and its own."""

    model_config = STRICT

    most: Most
    days: Days
    whose: Literal["central"] = "central"


class OwnRuleWish(Body):
    """A ceiling for one entity: at most so many contacts within so many days, no more than head office lets through."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"most": 1, "days": 14}]})

    most: Most
    days: Days


class DefinitionWish(Definition):
    """A definition as head office gives it: nothing unknown, and nothing larger than anybody could mean."""

    model_config = STRICT

    fields: Annotated[tuple[FieldWish, ...], Bounds(max_length=100)] = ()
    query: Annotated[tuple[ConditionWish, ...], Bounds(max_length=50)] = ()
    contact_on: Short = ""
    max_size: Short = ""
    content: Annotated[dict[Language, Content], Bounds(default_factory=dict, max_length=50)]
    duration_days: Annotated[int, Bounds(ge=1, le=3650)] | None = None
    program: Short = ""
    budget: Short = ""
    message_cost_cents: Annotated[int, Bounds(ge=0, le=10_000_000)] = 0
    most_reviewers: Annotated[int, Bounds(ge=0, le=100)] | None = None
    most_documents: Annotated[int, Bounds(ge=0, le=100)] | None = None
    pressure: PressureWish | None = None


class Settings(Body):
    """What both bodies share: the settings of a reference campaign."""

    definition: DefinitionWish | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None

    def wish(self) -> dict[str, Any]:
        """The settings that were given, as a command takes them."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "values"}
        if self.definition is not None:
            given["definition"] = Definition.model_validate(self.definition.model_dump())
        return {name: value for name, value in given.items() if value is not None}


class NewCampaign(Settings):
    """A reference campaign from a template. Without a definition it has the template's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "template": "opCollaborativeByCampaign",
                    "label": "Spring offer",
                    "starts_at": "2026-03-03T08:00:00+01:00",
                    "ends_at": "2026-04-10T18:00:00+02:00",
                }
            ]
        }
    )

    template: str
    label: Short = ""


class CampaignEdit(Settings):
    """Settings for head office's reference campaign, or `values` for an entity's own; what is left out stays.

    `kind` is distribution level and collaborative mode, and can change until a package is built on the campaign.
    A campaign that becomes local loses its dates; a definition that is left out, and was its template's, becomes
    the new kind's, and otherwise changes in its `duration_days` alone.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"values": {"greeting": "Hej från Visby"}},
                {"kind": "by_campaign", "label": "Spring offer"},
            ]
        }
    )

    kind: PackageKind | None = None
    label: Short | None = None
    values: Values | None = None
