"""The order form: what may be entered into which field, and what counts where nothing was."""

from collections.abc import Container, Mapping, Sequence

from shared.contracts.campaigns import Field
from shared.contracts.ordering import Scalar, Values
from shared.kernel.decider import Refused

LANGUAGES = ("sv", "en")
Form = tuple[Field, ...]
Wish = dict[str, Scalar | None]
"""Entries as somebody gives them: an empty one (null, or nothing but blanks) takes the entry away."""


def merged(entries: Values, wish: Wish) -> Values:
    """The entries after this wish; what the wish does not name stays."""
    return {
        name: value for name, value in {**entries, **wish}.items() if not _empty(value) and value is not None
    }


def wrong(form: Form, entries: Values, pictures: Container[str] = ()) -> Refused | None:
    """The first entry that its field cannot hold, or for which there is no field.

    `pictures` are the ids of the order's documents that are pictures.
    """
    fields = {field.name: field for field in form}
    for name, value in entries.items():
        if name not in fields:
            facts = {"name": name, "known": ", ".join(fields) or "-"}
            return Refused("order.field-unknown", "invalid", field=f"values.{name}", facts=facts)
        if refused := _unheld(fields[name], value, pictures) or _out_of_bounds(fields[name], value):
            return refused
    return None


def missing(form: Form, entries: Values) -> Refused | None:
    """The first required field with neither entry nor default."""
    for field in form:
        if field.required and field.name not in entries and field.default is None:
            facts = {"name": field.name}
            return Refused("order.field-missing", "invalid", field=f"values.{field.name}", facts=facts)
    return None


def defaults(form: Form, entries: Mapping[str, object]) -> Values:
    """The defaults of those fields that were left empty."""
    return {
        field.name: field.default for field in form if field.name not in entries and field.default is not None
    }


def shown(form: Form, entries: Values, taken: Values) -> Sequence[dict[str, object]]:
    """The form with what counts in each field, and whether that is an entry or a default."""
    return [
        field.model_dump(mode="json")
        | {
            "label": {language: _label(field, language) for language in LANGUAGES},
            "value": entries.get(field.name, taken.get(field.name)),
            "is_default": field.name not in entries and field.name in taken,
        }
        for field in form
    ]


def _unheld(field: Field, value: Scalar, pictures: Container[str]) -> Refused | None:
    if field.holds(value) and (field.kind != "image" or value in pictures):
        return None
    facts = {"name": field.name, "choices": ", ".join(field.choices)}
    return Refused(f"order.field-no-{field.kind}", "invalid", field=f"values.{field.name}", facts=facts)


def _out_of_bounds(field: Field, value: Scalar) -> Refused | None:
    if field.within(value):
        return None
    facts = {"name": field.name, "least": _said(field.least), "most": _said(field.most)}
    return Refused("order.field-out-of-bounds", "invalid", field=f"values.{field.name}", facts=facts)


def _said(bound: float | None) -> str:
    return "-" if bound is None else f"{bound:.15g}"


def _label(field: Field, language: str) -> str:
    """In this language, or in any other, or the bare name: a form never shows an empty label."""
    return field.label.get(language) or next(iter(field.label.values()), "") or field.name


def _empty(value: Scalar | None) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
