"""What a target, its day and its limit may say, told before anybody orders; and how their words are read."""

import re
from collections.abc import Iterator
from datetime import date

from services.campaigns.deciders.wording import names_in, only_name
from shared.contracts.campaigns import Condition, Definition, Field, FieldKind
from shared.kernel.decider import Refused

OLDEST = 130
AGE = r"(\d{1,3})(?:\.0)?"
BOUND, OR_OLDER, SEGMENT = re.compile(AGE), re.compile(r"(\d{1,3})\+"), re.compile(r"(\d{1,3})-(\d{1,3})")


def ages_in(attribute: str, text: str) -> tuple[int, int]:
    """The youngest and the oldest age of `30-49`, `65+`, or a bare bound. Raises ValueError."""
    if attribute in {"age_from", "age_to"}:
        if bound := BOUND.fullmatch(text.strip()):
            return (int(bound[1]), OLDEST) if attribute == "age_from" else (0, int(bound[1]))
    elif older := OR_OLDER.fullmatch(text.strip()):
        return int(older[1]), OLDEST
    elif (segment := SEGMENT.fullmatch(text.strip())) and int(segment[1]) <= int(segment[2]):
        return int(segment[1]), int(segment[2])
    raise ValueError(f"{attribute}: no age")


def limit_of(text: str) -> int:
    """The highest number of recipients, 0 for no limit. Raises ValueError for what is no count."""
    if not text.strip():
        return 0
    number = float(text)
    if not number.is_integer() or number < 0:
        raise ValueError("no count")
    return int(number)


def day_of(text: str) -> date | None:
    """The day that an ISO 8601 text names; None for everything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wrong_target(definition: Definition) -> Refused | None:
    """The first part of day, limit and query that could never be used, whatever an order says."""
    day = definition.contact_on
    if day and not _from(definition, day, "date") and day_of(day) is None:
        return Refused("campaign.contact-wrong", "invalid", field="definition.contact_on")
    if not _from(definition, definition.max_size, "number") and not _is_limit(definition.max_size):
        return Refused("campaign.limit-wrong", "invalid", field="definition.max_size")
    for number, condition in enumerate(definition.query):
        for said in _said(definition, condition):
            if not _is_age(condition.attribute, said):
                place = f"definition.query.{number}.value"
                facts = {"attribute": condition.attribute, "value": said}
                return Refused("campaign.age-wrong", "invalid", field=place, facts=facts)
    return None


def _from(definition: Definition, text: str, kind: FieldKind) -> bool:
    field = _field(definition, text)
    return field is not None and field.kind == kind


def _field(definition: Definition, text: str) -> Field | None:
    name = only_name(text)
    return next((field for field in definition.fields if field.name == name), None)


def _said(definition: Definition, condition: Condition) -> Iterator[str]:
    """All that is known beforehand of what an age will say: a constant, a field's choices, its default."""
    if not condition.attribute.startswith("age"):
        return
    text = str(condition.value)
    field = _field(definition, text)
    if field is not None:
        yield from field.choices
        yield from () if field.default is None else (str(field.default),)
    elif not names_in(text):
        yield text


def _is_age(attribute: str, text: str) -> bool:
    try:
        ages_in(attribute, text)
    except ValueError:
        return False
    return True


def _is_limit(text: str) -> bool:
    try:
        limit_of(text)
    except (ValueError, OverflowError):
        return False
    return True
