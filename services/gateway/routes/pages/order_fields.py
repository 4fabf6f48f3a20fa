"""The fields of an order form as inputs: whatever head office has defined, without a line for any of them here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from services.gateway.routes.pages.inputs import HUNDRED, Input, Kind
from services.gateway.words import say_in, word

KINDS: Mapping[str, Kind] = {
    "text": "long",
    "number": "number",
    "date": "day",
    "choice": "choice",
    "segment": "choice",
    "image": "choice",
    "money": "money",
}
BOUNDS = {
    "text": (word("At least %s characters."), word("At most %s characters.")),
    "number": (word("At least %s."), word("At most %s.")),
}
VALUES = "values."
"""What stands before the name of a field in the page and in the body of a call."""


def inputs_of(
    fields: Iterable[Mapping[str, Any]],
    language: str,
    images: Sequence[tuple[str, str]] = (),
) -> list[Input]:
    """An input for each field, named `values.<field>`. `images` are the documents that an image can be chosen from.

    What is left empty counts as head office has set it, and the hint says what that is; so it is asked for only where
    there is nothing that counts.
    """
    return [_input(one, language, images) for one in fields]


def own_values(fields: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What was entered in each field; None where head office's default counts."""
    return {one["name"]: None if one["is_default"] else one["value"] for one in fields}


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, or in whichever there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def _input(field: Mapping[str, Any], language: str, images: Sequence[tuple[str, str]]) -> Input:
    choices = images if field["kind"] == "image" else [(one, one) for one in field["choices"] if one]
    return Input(
        f"{VALUES}{field['name']}",
        KINDS[field["kind"]],
        in_language(field["label"], language) or field["name"],
        " ".join(_hints(field, language)),
        required=field["required"] and field["default"] is None,
        choices=choices,
        nullable=True,
    )


def _hints(field: Mapping[str, Any], language: str) -> Iterable[str]:
    say = say_in(language)
    money = field["kind"] == "money"
    if said := in_language(field["help"], language):
        yield said
    least, most = BOUNDS["text" if field["kind"] == "text" else "number"]
    if field["least"] is not None:
        yield say(least) % _number(field["least"], language, money=money)
    if field["most"] is not None:
        yield say(most) % _number(field["most"], language, money=money)
    if field["default"] is not None:
        yield say(word("Left empty, this counts: %s")) % shown(field, field["default"], language)
    if field["kind"] == "image":
        yield say(word("One of the documents of the order: attach it first."))


def shown(field: Mapping[str, Any], value: Any, language: str) -> str:
    """A value of this field as people write it."""
    if field["kind"] == "date":
        return str(format_date(date.fromisoformat(value), "long", locale=language))
    if field["kind"] in {"number", "money"}:
        return _number(value, language, money=field["kind"] == "money")
    return str(value)


def _number(number: float, language: str, *, money: bool) -> str:
    if money:
        return str(format_decimal(number / HUNDRED, "#,##0.00", locale=language))
    return str(format_decimal(number, locale=language))
