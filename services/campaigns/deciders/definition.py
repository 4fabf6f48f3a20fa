"""What makes a definition usable, and which values an entity may give to its fields."""

from collections import Counter

from services.campaigns.deciders.target import wrong_target
from services.campaigns.deciders.wording import OF_RECIPIENT, names_in, texts_of
from shared.contracts.campaigns import BOUNDED, Definition, Field
from shared.contracts.ordering import Scalar, Values
from shared.kernel.decider import Refused

BRIEF = (
    Field(name="targeting", label={"sv": "Målgrupp", "en": "Targeting"}, required=True),
    Field(name="content", label={"sv": "Innehåll", "en": "Content"}, required=True),
)


def settled(definition: Definition) -> Definition:
    """The definition as it will be kept: by brief, the form is two texts and nothing else."""
    if definition.interface == "by_brief" and not definition.fields:
        return definition.model_copy(update={"fields": BRIEF})
    return definition


def wrong_definition(definition: Definition) -> Refused | None:
    """The first thing that does not hold together: fields, their defaults, the placeholders."""
    counted = Counter(field.name for field in definition.fields)
    for number, field in enumerate(definition.fields):
        if wrong := _wrong_field(field, f"definition.fields.{number}", twice=counted[field.name] > 1):
            return wrong
    return (
        _wrong_interface(definition)
        or _wrong_text(definition, frozenset(counted))
        or wrong_target(definition)
    )


def _wrong_interface(definition: Definition) -> Refused | None:
    """A brief is two texts. A pre-set campaign asks for nothing, so nothing in it can be left to the entity."""
    if definition.interface == "by_brief" and definition.fields != BRIEF:
        return Refused("campaign.brief-has-two-texts", "invalid", field="definition.fields")
    for number, field in enumerate(definition.fields):
        if definition.interface == "pre_set" and field.default is None:
            place = f"definition.fields.{number}.default"
            return Refused("campaign.pre-set-asks", "invalid", field=place, facts={"name": field.name})
    return None


def _wrong_field(field: Field, place: str, *, twice: bool) -> Refused | None:
    facts = {"name": field.name, "kind": field.kind}
    if twice:
        return Refused("campaign.field-twice", "invalid", field=f"{place}.name", facts=facts)
    if field.name in OF_RECIPIENT:
        return Refused("campaign.field-reserved", "invalid", field=f"{place}.name", facts=facts)
    if field.kind in {"choice", "segment"} and not field.choices:
        return Refused("campaign.choices-missing", "invalid", field=f"{place}.choices", facts=facts)
    bounded = (field.least, field.most) != (None, None)
    if bounded and (field.kind not in BOUNDED or not _in_order(field.least, field.most)):
        return Refused("campaign.bounds-wrong", "invalid", field=f"{place}.most", facts=facts)
    if field.default is None:
        return None
    if field.kind == "image" or not field.holds(field.default):
        return Refused("campaign.default-wrong", "invalid", field=f"{place}.default", facts=facts)
    if not field.within(field.default):
        return Refused("campaign.default-out-of-bounds", "invalid", field=f"{place}.default", facts=facts)
    return None


def _in_order(least: float | None, most: float | None) -> bool:
    return least is None or most is None or least <= most


def wrong_values(definition: Definition, values: Values) -> Refused | None:
    """The first value that is not the entity's to give, for which there is no field, or which its field cannot hold."""
    fields = {field.name: field for field in definition.fields}
    for name, value in values.items():
        if definition.interface == "pre_set":
            return Refused("campaign.pre-set", "invalid", field=f"values.{name}", facts={"name": name})
        if name not in fields:
            facts = {"name": name, "known": ", ".join(fields) or "-"}
            return Refused("campaign.field-unknown", "invalid", field=f"values.{name}", facts=facts)
        if wrong := _wrong_value(fields[name], value):
            return wrong
    return None


def _wrong_value(field: Field, value: Scalar) -> Refused | None:
    place, facts = f"values.{field.name}", {"name": field.name, "kind": field.kind}
    if not field.holds(value):
        choices = ", ".join(field.choices) or "-"
        return Refused("campaign.value-wrong", "invalid", field=place, facts={**facts, "choices": choices})
    if not field.within(value):
        bounds = {"least": _said(field.least), "most": _said(field.most)}
        return Refused("campaign.value-out-of-bounds", "invalid", field=place, facts={**facts, **bounds})
    return None


def _said(bound: float | None) -> str:
    return "-" if bound is None else f"{bound:.15g}"


def asked_of_head_office(definition: Definition) -> tuple[str, ...]:
    """What this choice of interface still wants from head office: a form to be filled in has fields."""
    return ("definition.fields",) if definition.interface == "by_form" and not definition.fields else ()


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
