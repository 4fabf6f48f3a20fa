"""What a campaign is, apart from when: the part of its facts that ordering reads too."""

from datetime import date
from math import isfinite
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from shared.contracts.ordering import Scalar
from shared.kernel.message import Value

Interface = Literal["by_brief", "by_form", "by_external_form", "pre_set"]
FieldKind = Literal["text", "number", "date", "choice", "image", "money", "segment"]
BOUNDED: frozenset[FieldKind] = frozenset({"number", "money", "text"})
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Field(Value):
    """One field that a local entity fills in. Labels by language; `choices` only where kind is `choice`.

    A `date` is an ISO 8601 day (`2026-12-24`), an `image` the id of a document of the order, `money` an amount in
    hundredths of the installation's currency, a `segment` one of the audience segments in `choices`.
    `help` is by language, as `label`. `least` and `most` bound numbers, money and the length of texts.
    """

    name: FieldName
    kind: FieldKind = "text"
    label: dict[str, str] = {}
    required: bool = False
    default: Scalar | None = None
    choices: tuple[str, ...] = ()
    help: dict[str, str] = {}
    least: float | None = None
    most: float | None = None

    def holds(self, value: object) -> bool:
        """True if this value has the shape that the field's kind asks for."""
        match self.kind:
            case "number":
                return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
            case "date":
                return isinstance(value, str) and _is_day(value)
            case "choice" | "segment":
                return isinstance(value, str) and value in self.choices
            case "money":
                return isinstance(value, int) and not isinstance(value, bool)
            case "image":
                return isinstance(value, str) and _is_uuid(value)
            case "text":
                return isinstance(value, str)

    def within(self, value: Scalar) -> bool:
        """True if this value, which the field holds, lies between `least` and `most`; a text by its length."""
        size = len(value) if isinstance(value, str) else value
        too_small = self.least is not None and size < self.least
        too_large = self.most is not None and size > self.most
        return self.kind not in BOUNDED or not (too_small or too_large)


class Condition(Value):
    """One condition on recipients. `value` is a constant or, as `{{ name }}`, what the order says."""

    attribute: Literal["age_from", "age_to", "age_segment", "city", "channel", "origin"]
    value: Scalar


class Content(Value):
    """The message in one language: templates in which `{{ name }}` stands for a field of the order."""

    subject: str
    body: str


class Pressure(Value):
    """The ceiling of contacts: nobody is reached by more than `most` orders within so many `days` of each other.

    `whose` says who made this rule: head office, or an entity for itself.
    """

    most: int
    days: int
    whose: Literal["central", "entity"] = "central"


class Definition(Value):
    """What a campaign is, apart from when: its form, its target, its schedule, its limit, its message.

    `contact_on` is a day or `{{ name }}`; `max_size` a number or `{{ name }}`, 0 or empty meaning no limit.
    `message_cost_cents` is what one message costs, in hundredths of the installation's currency.
    `duration_days` belongs to templates for local campaigns, which have a duration and no dates.
    """

    interface: Interface = "by_form"
    fields: tuple[Field, ...] = ()
    query: tuple[Condition, ...] = ()
    contact_on: str = ""
    max_size: str = ""
    content: dict[str, Content] = {}
    duration_days: int | None = None
    program: str = ""
    budget: str = ""
    message_cost_cents: int = 0
    most_reviewers: int | None = None
    """How many campaign reviewers an order may name; 0 hides the field, none means any number."""
    most_documents: int | None = None
    """How many documents an order may have; 0 hides the field, none means any number."""
    hide_parameters: bool = False
    """The order has no page of standard parameters; the reference's own hold."""
    hide_program: bool = False
    """Program and budget are not shown in the order."""
    pressure: Pressure | None = None
    content_approval: bool = False
    """What an order creates starts only once reviewers have approved its content."""


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    """`2026-12-24`, and none of the other spellings of ISO 8601, which templates would show as they are."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
