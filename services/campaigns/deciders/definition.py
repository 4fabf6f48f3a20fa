"""What makes a definition usable, and which values an entity may give to its fields."""

from collections import Counter

from services.campaigns.deciders.target import wrong_target
from services.campaigns.deciders.wording import OF_RECIPIENT, names_in, texts_of
from shared.contracts.campaigns import Definition, Field
from shared.contracts.ordering import Values
from shared.kernel.decider import Refused


def wrong_definition(definition: Definition) -> Refused | None:
    """The first thing that does not hold together: fields, their defaults, the placeholders."""
    counted = Counter(field.name for field in definition.fields)
    for number, field in enumerate(definition.fields):
        if wrong := _wrong_field(field, f"definition.fields.{number}", twice=counted[field.name] > 1):
            return wrong
    return _wrong_text(definition, frozenset(counted)) or wrong_target(definition)


def _wrong_field(field: Field, place: str, *, twice: bool) -> Refused | None:
    facts = {"name": field.name, "kind": field.kind}
    if twice:
        return Refused("campaign.field-twice", "invalid", field=f"{place}.name", facts=facts)
    if field.name in OF_RECIPIENT:
        return Refused("campaign.field-reserved", "invalid", field=f"{place}.name", facts=facts)
    if field.kind in {"choice", "segment"} and not field.choices:
        return Refused("campaign.choices-missing", "invalid", field=f"{place}.choices", facts=facts)
    if field.default is not None and not field.holds(field.default):
        return Refused("campaign.default-wrong", "invalid", field=f"{place}.default", facts=facts)
    return None


def wrong_values(definition: Definition, values: Values) -> Refused | None:
    """The first value for which there is no field, or which its field cannot hold."""
    fields = {field.name: field for field in definition.fields}
    for name, value in values.items():
        facts = {"name": name, "known": ", ".join(fields) or "-"}
        if name not in fields:
            return Refused("campaign.field-unknown", "invalid", field=f"values.{name}", facts=facts)
        if not fields[name].holds(value):
            facts = {
                "name": name,
                "kind": fields[name].kind,
                "choices": ", ".join(fields[name].choices) or "-",
            }
            return Refused("campaign.value-wrong", "invalid", field=f"values.{name}", facts=facts)
    return None


def defaults_of(definition: Definition) -> Values:
    """What counts where nobody entered anything."""
    return {field.name: field.default for field in definition.fields if field.default is not None}


def _wrong_text(definition: Definition, known: frozenset[str]) -> Refused | None:
    for place, text in texts_of(definition):
        names = names_in(text)
        if names is None:
            return Refused("campaign.text-wrong", "invalid", field=place)
        of_recipient = OF_RECIPIENT if place.startswith("definition.content.") else frozenset()
        if unknown := sorted(names - known - of_recipient):
            return Refused("campaign.placeholder-unknown", "invalid", field=place, facts={"name": unknown[0]})
    return None
