"""What head office offers in the demonstration: one campaign and one package of each kind, in Swedish and English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

FIELDS: Sequence[Mapping[str, Any]] = (
    {
        "name": "contact_date",
        "kind": "date",
        "label": {"sv": "Kontaktdag", "en": "Contact date"},
        "required": True,
    },
    {
        "name": "age_segment",
        "kind": "choice",
        "label": {"sv": "Åldersgrupp", "en": "Age group"},
        "choices": ["18-29", "30-49", "50+"],
        "default": "30-49",
    },
    {
        "name": "greeting",
        "kind": "text",
        "label": {"sv": "Hälsning från butiken", "en": "Greeting from the shop"},
        "required": True,
    },
    {
        "name": "quantity",
        "kind": "number",
        "label": {"sv": "Antal mottagare, högst", "en": "Recipients, at most"},
        "default": 500,
    },
)
DEFINITION: Mapping[str, Any] = {
    "interface": "by_form",
    "fields": FIELDS,
    "query": [{"attribute": "age_segment", "value": "{{ age_segment }}"}],
    "contact_on": "{{ contact_date }}",
    "max_size": "{{ quantity }}",
    "content": {
        "sv": {
            "subject": "Våren börjar hos oss",
            "body": "{{ greeting }} Vårens erbjudande gäller dig i åldern {{ age_segment }} från {{ contact_date }}.",
        },
        "en": {
            "subject": "Spring begins with us",
            "body": "{{ greeting }} The spring offer is yours, aged {{ age_segment }}, from {{ contact_date }}.",
        },
    },
    "program": "Vår",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of offer: the templates it is made from, its words, and which notice announces it."""

    name: str
    title: str
    campaign_template: str
    package_template: str
    label: str
    description: str
    announced_by: str


KINDS: Mapping[str, Kind] = {
    "by_campaign": Kind(
        "by_campaign",
        "Collaborative, by campaign",
        "opCollaborativeByCampaign",
        "mutualizedEmpty",
        "Våren – egen kampanj per län",
        "Centrala enheten bestämmer villkoren i förväg och länet fyller i sina egna. Varje godkänd order får en "
        "underordnad kampanj, som länet anpassar och kör själv. / Head office sets the criteria and the county "
        "completes them; each approved order gets a child campaign that the county adapts and runs itself.",
        "N4",
    ),
    "by_form": Kind(
        "by_form",
        "Collaborative, by form",
        "opCollaborativeByForm",
        "mutualizedEmpty",
        "Våren – enligt formulär",
        "Länet svarar i ett formulär och är därmed med; centrala enheten kör kampanjen för alla. / The county answers "
        "a form and so takes part; head office runs the one campaign for all.",
        "N4",
    ),
    "simple": Kind(
        "simple",
        "Collaborative, simple",
        "opCollaborativeSimple",
        "mutualizedEmpty",
        "Våren – enkel samverkan",
        "Länet säger ja och är med. / The county says yes and takes part.",
        "N4",
    ),
    "local": Kind(
        "local",
        "Local",
        "opLocal",
        "localEmpty",
        "Våren – lokal kampanj",
        "Länet beställer en egen kampanj ur mallen; den skapas när ordern är godkänd och dagen kommit. / The county "
        "orders a campaign of its own, created once the order is approved and the day has come.",
        "N3",
    ),
}


def campaign(kind: Kind, start: datetime) -> dict[str, Any]:
    """The body of POST /campaigns for the reference campaign of this kind."""
    body: dict[str, Any] = {
        "template": kind.campaign_template,
        "label": kind.label,
        "definition": dict(DEFINITION),
    }
    if kind.name == "local":
        body["definition"]["duration_days"] = 14
        return body
    return body | {"starts_at": _day(start, 1), "ends_at": _day(start, 60)}


def package(
    kind: Kind,
    start: datetime,
    reference_id: str,
    reviewer: str,
    audience: Sequence[str],
    *,
    after: float = 1,
) -> dict[str, Any]:
    """The body of POST /packages: visible `after` days from the start, orders for two weeks, used from day 21."""
    body = {
        "template": kind.package_template,
        "reference_id": reference_id,
        "label": kind.label,
        "folder": "Vår 2026",
        "description": kind.description,
        "message": "Välkomna med er order. / We look forward to your order.",
        "starts_at": _day(start, after),
        "ends_at": _day(start, 60),
        "approval": {"reviewers": [reviewer], "answer_within_days": 3},
        "order_approval": {"answer_within_days": 5, "silence": "escalate"},
        "audience": list(audience),
    }
    if kind.name in {"by_campaign", "local"}:
        body["available_at"] = _day(start, 21)
    if kind.name != "local":
        body |= {"registration_deadline": _day(start, 15), "personalization_deadline": _day(start, 18)}
    return body


def order(county: str, segment: str, start: datetime, quantity: int) -> dict[str, Any]:
    """The body of POST /packages/{id}/orders: this county's own parameters."""
    values = {
        "contact_date": (start + timedelta(days=30)).date().isoformat(),
        "age_segment": segment,
        "greeting": f"Hej från {county}!",
        "quantity": quantity,
    }
    return {"label": f"Våren i {county}", "comment": "Vi är med.", "values": values}


def _day(start: datetime, number: float) -> str:
    return (start + timedelta(days=number)).isoformat()
