"""An order form as the inputs of a page: what head office defined becomes what an entity is asked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from services.gateway.routes.pages.inputs import HUNDRED, Input, Kind
from services.gateway.words import word, words_of

Field = Mapping[str, Any]
"""A field of a definition or of an order's form, as the API shows it."""
KINDS: Mapping[str, Kind] = {
    "text": "long",
    "number": "number",
    "date": "day",
    "choice": "choice",
    "image": "choice",
    "money": "money",
    "segment": "choice",
}
ONE_LINE = 120
LENGTH = (
    word("At least %(least)s and at most %(most)s characters."),
    word("At least %(least)s characters."),
    word("At most %(most)s characters."),
)
SIZE = (
    word("At least %(least)s and at most %(most)s."),
    word("At least %(least)s."),
    word("At most %(most)s."),
)
DEFAULT = word("Where nothing is entered: %(value)s")
NO_PICTURES = word("Attach a picture to choose it here.")


def inputs_of(
    fields: Iterable[Field], language: str, images: Sequence[tuple[str, str]] = (), *, keeps: bool = False
) -> list[Input]:
    """What these fields ask, named `values.<name>` as the body of a call has them.

    `images` are the ids and names of the pictures that can be chosen. `keeps` as for every `Input`.
    """
    return [_input(one, language, images, keeps=keeps) for one in fields]


def _input(field: Field, language: str, images: Sequence[tuple[str, str]], *, keeps: bool) -> Input:
    picture = field["kind"] == "image"
    return Input(
        f"values.{field['name']}",
        _kind(field),
        in_language(field["label"], language) or field["name"],
        _help(field, language, without_pictures=picture and not images),
        required=field["required"] and field["default"] is None,
        choices=images if picture else [(one, one) for one in field["choices"] if one],
        keeps=keeps,
    )


def _kind(field: Field) -> Kind:
    """Texts have many lines, unless they are so short that there is room for one only."""
    if field["kind"] == "text" and field["most"] is not None and field["most"] <= ONE_LINE:
        return "text"
    return KINDS[field["kind"]]


def in_language(said: Mapping[str, str], language: str) -> str:
    """What was said in this language, or else in any other; nothing where it was said in none."""
    return said.get(language) or next((one for one in said.values() if one), "")


def _help(field: Field, language: str, *, without_pictures: bool) -> str:
    say = words_of(language).gettext
    parts = [in_language(field["help"], language), _bounds(field, language)]
    if without_pictures:
        parts.append(say(NO_PICTURES))
    if field["default"] is not None:
        parts.append(say(DEFAULT) % {"value": shown(field, field["default"], language)})
    return " ".join(part for part in parts if part)


def _bounds(field: Field, language: str) -> str:
    least, most = field["least"], field["most"]
    both, lower, upper = LENGTH if field["kind"] == "text" else SIZE
    if least is None and most is None:
        return ""
    said = {
        name: "" if bound is None else shown({**field, "kind": _counted(field)}, bound, language)
        for name, bound in (("least", least), ("most", most))
    }
    return words_of(language).gettext(upper if least is None else lower if most is None else both) % said


def _counted(field: Field) -> str:
    return "money" if field["kind"] == "money" else "number"


def shown(field: Field, value: Any, language: str) -> str:
    """A value of this field as people write it."""
    if field["kind"] == "number":
        return str(format_decimal(value, locale=language))
    if field["kind"] == "money":
        return str(format_decimal(value / HUNDRED, "#,##0.00", locale=language))
    if field["kind"] == "date":
        return str(format_date(date.fromisoformat(value), "long", locale=language))
    return str(value)
