"""The five templates that head office starts from. Data: using one never changes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.campaigns import Condition, Content, Definition, Field
from shared.contracts.catalog import PackageKind

CONTACT_DATE = Field(
    name="contact_date", kind="date", label={"sv": "Kontaktdag", "en": "Contact date"}, default="2026-12-01"
)
AGE_SEGMENT = Field(
    name="age_segment",
    kind="segment",
    label={"sv": "Ålder", "en": "Age"},
    choices=("18-29", "30-49", "50-64", "65+", "18+"),
    default="18+",
)
CHANNEL = Field(
    name="channel",
    kind="choice",
    label={"sv": "Kanal", "en": "Channel"},
    choices=("email", "sms", "post"),
    default="email",
)
QUANTITY = Field(
    name="quantity",
    kind="number",
    label={"sv": "Högst antal", "en": "At most"},
    help={"sv": "0 betyder ingen gräns.", "en": "0 means no limit."},
    default=1000,
    least=0,
)
GREETING = Field(
    name="greeting", kind="text", label={"sv": "Er hälsning", "en": "Your greeting"}, required=True
)

ORDERED = Definition(
    interface="by_form",
    fields=(CONTACT_DATE, AGE_SEGMENT, CHANNEL, QUANTITY, GREETING),
    query=(
        Condition(attribute="age_segment", value="{{ age_segment }}"),
        Condition(attribute="channel", value="{{ channel }}"),
    ),
    contact_on="{{ contact_date }}",
    max_size="{{ quantity }}",
    content={
        "sv": Content(subject="Ett erbjudande nära dig", body="{{ greeting }}\n\nVälkommen in!"),
        "en": Content(subject="An offer near you", body="{{ greeting }}\n\nYou are welcome!"),
    },
)
PLAIN = Definition(
    interface="pre_set",
    content={
        "sv": Content(subject="Ett erbjudande nära dig", body="Välkommen in!"),
        "en": Content(subject="An offer near you", body="You are welcome!"),
    },
)


COLLABORATIVE = ("audience", "approval_mode", "registration_deadline", "personalization_deadline")
PACKAGE_ASKS: Mapping[PackageKind, tuple[str, ...]] = {
    "local": ("audience", "multiple_creation", "available_at"),
    "simple": COLLABORATIVE,
    "by_form": COLLABORATIVE,
    "by_campaign": (*COLLABORATIVE, "available_at"),
    "by_target_approval": ("approval_mode",),
}


@dataclass(frozen=True, slots=True)
class Template:
    """What a campaign begins as, its kind too; labels by language."""

    name: str
    kind: PackageKind
    label: Mapping[str, str]
    definition: Definition

    @property
    def package_asks(self) -> tuple[str, ...]:
        """What a package of this kind is asked for, beside its name and the time in which it is seen.

        By target approval, who takes part follows from the contacts that are chosen, so nobody is invited.
        """
        return PACKAGE_ASKS[self.kind]


TEMPLATES: Mapping[str, Template] = {
    template.name: template
    for template in (
        Template(
            "opLocal",
            "local",
            {"sv": "Lokal kampanj", "en": "Local campaign"},
            ORDERED.model_copy(update={"duration_days": 14}),
        ),
        Template(
            "opCollaborativeSimple",
            "simple",
            {"sv": "Samarbetskampanj (enkel)", "en": "Collaborative campaign (simple)"},
            PLAIN,
        ),
        Template(
            "opCollaborativeByForm",
            "by_form",
            {"sv": "Samarbetskampanj (per formulär)", "en": "Collaborative campaign (by form)"},
            ORDERED,
        ),
        Template(
            "opCollaborativeByCampaign",
            "by_campaign",
            {"sv": "Samarbetskampanj (per kampanj)", "en": "Collaborative campaign (by campaign)"},
            ORDERED,
        ),
        Template(
            "opCollaborativeByValidation",
            "by_target_approval",
            {
                "sv": "Samarbetskampanj (med målgodkännande)",
                "en": "Collaborative campaign (by target approval)",
            },
            PLAIN,
        ),
    )
}
OF_KIND: Mapping[str, Template] = {template.kind: template for template in TEMPLATES.values()}
"""Each kind has one template, which says what is usual in it."""
