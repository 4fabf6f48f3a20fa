"""What an order is asked for beside its form: the standard page, and whether there is any form at all."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.ordering.deciders.form import Form
from shared.contracts.campaigns import Interface
from shared.contracts.catalog import PackageKind
from shared.contracts.ordering import OrderParameters, Values
from shared.kernel.decider import Refused
from shared.kernel.ids import PersonId
from shared.kernel.message import Value
from shared.kernel.moment import Moment

Name = Annotated[str, Field(max_length=200)]


class Page(Value):
    """The page as the reference campaign wants it: its limits, what it hides, and what an empty entry means.

    Where the interface is `pre_set` it is all that is asked: the form's defaults count, and nothing is entered.
    """

    interface: Interface = "by_form"
    hide_parameters: bool = False
    hide_program: bool = False
    most_reviewers: int | None = None
    most_documents: int | None = None
    program: str = ""
    budget: str = ""


class PageWish(BaseModel):
    """Entries on the page as somebody gives them: what is left out stays, and null takes an entry away."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts_at: Moment | None = None
    ends_at: Moment | None = None
    program: Name | None = None
    budget: Name | None = None
    owner: PersonId | None = None
    reviewers: Annotated[tuple[PersonId, ...], Field(max_length=20)] | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None

    @property
    def people(self) -> tuple[PersonId, ...]:
        """Everybody who is named."""
        return (*(self.reviewers or ()), *([self.owner] if self.owner else []))


def merged_page(entered: OrderParameters, wish: PageWish) -> OrderParameters:
    """The page after this wish; a reviewer named twice is one reviewer."""
    entries = entered.model_dump() | {name: getattr(wish, name) for name in wish.model_fields_set}
    entries["reviewers"] = tuple(dict.fromkeys(entries["reviewers"] or ()))
    return OrderParameters.model_validate(
        {name: value for name, value in entries.items() if value is not None}
    )


def fields_of(page: Page, kind: PackageKind) -> Sequence[str]:
    """The fields that the page shows, documents among them, in their order."""
    if page.hide_parameters:
        return () if page.most_documents == 0 else ("documents",)
    hidden = {
        *(() if kind == "local" else ("starts_at", "ends_at")),
        *(("program", "budget") if page.hide_program else ()),
        *(("reviewers",) if page.most_reviewers == 0 else ()),
        *(("documents",) if page.most_documents == 0 else ()),
    }
    return [name for name in (*OrderParameters.model_fields, "documents") if name not in hidden]


def asked(form: Form, page: Page) -> Form:
    """The fields that an entity fills in: none where head office has set them all."""
    return () if page.interface == "pre_set" else form


def unasked(entries: Values, page: Page) -> Refused | None:
    """The first entry where nothing is asked for: a pre-set campaign is not localised."""
    name = next(iter(entries), None)
    if name is None or page.interface != "pre_set":
        return None
    return Refused("order.pre-set", "invalid", field=f"values.{name}", facts={"name": name})


def unfit(entered: OrderParameters, page: Page, kind: PackageKind) -> Refused | None:
    """The first entry that the page does not show, or takes no more of; or dates in the wrong order."""
    shown = fields_of(page, kind)
    for name in OrderParameters.model_fields:
        if name not in shown and getattr(entered, name):
            return Refused(_hidden(name, page), "invalid", field=f"parameters.{name}", facts={"name": name})
    if page.most_reviewers is not None and len(entered.reviewers) > page.most_reviewers:
        facts = {"most": page.most_reviewers, "given": len(entered.reviewers)}
        return Refused("order.reviewers-too-many", "invalid", field="parameters.reviewers", facts=facts)
    if entered.starts_at and entered.ends_at and entered.ends_at <= entered.starts_at:
        return Refused("order.dates-reversed", "invalid", field="parameters.ends_at")
    return None


def strangers(
    before: OrderParameters, after: OrderParameters, entitled: frozenset[PersonId]
) -> Refused | None:
    """A reviewer or owner who is newly named must be in the entity or in head office, and take part still."""
    if after.owner and after.owner != before.owner and after.owner not in entitled:
        return Refused("order.person-unknown", "invalid", field="parameters.owner")
    if not entitled.issuperset(set(after.reviewers) - set(before.reviewers)):
        return Refused("order.person-unknown", "invalid", field="parameters.reviewers")
    return None


def _hidden(name: str, page: Page) -> str:
    if page.hide_parameters:
        return "order.parameters-hidden"
    match name:
        case "starts_at" | "ends_at":
            return "order.dates-central"
        case "reviewers":
            return "order.reviewers-hidden"
    return "order.program-hidden"
