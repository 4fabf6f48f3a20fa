"""Forms as data: what is asked for, how it is shown, and how what was entered becomes the body of a call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.numbers import NumberFormatError, parse_decimal
from starlette.datastructures import FormData

from services.gateway.words import Word, say_in, word

Kind = Literal["text", "long", "moment", "day", "number", "money", "choice", "many", "flag", "rows"]
LOCAL = "%Y-%m-%dT%H:%M"
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a form asks for. A dot in `name` leads into a part of the body: `approval.silence`.

    `choices` are (value, word) pairs for `choice` and `many`. Nothing entered is null, which takes a value away; the
    empty text for `text` and `long` unless they are `nullable`; and nothing at all where an input `keeps` what is.
    """

    name: str
    kind: Kind
    label: Word | str
    help: Word | str = ""
    required: bool = False
    choices: Sequence[tuple[str, Word | str]] = ()
    keeps: bool = False
    nullable: bool = False


class Unreadable(Exception):
    """What was entered is not what was asked for: `reason` says why."""

    def __init__(self, reason: Word) -> None:
        super().__init__(reason)
        self.reason = reason


def entered(
    inputs: Iterable[Input], form: FormData, language: str, zone: ZoneInfo
) -> tuple[dict[str, Any], dict[str, Word | str]]:
    """The body that a form's entries make, and by input what cannot be read."""
    body: dict[str, Any] = {}
    wrong: dict[str, Word | str] = {}
    for one in inputs:
        try:
            value = _value(one, form, language, zone)
        except Unreadable as error:
            wrong[one.name] = error.reason
            continue
        if value is None and one.keeps:
            continue
        *parts, last = one.name.split(".")
        place = body
        for part in parts:
            place = place.setdefault(part, {})
        place[last] = value
    return body, wrong


def filled(inputs: Iterable[Input], resource: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """What stands in each input where the resource is as it is."""
    return {one.name: _shown(one, _at(resource, one.name), zone) for one in inputs}


def kept(inputs: Iterable[Input], form: FormData) -> dict[str, Any]:
    """What was entered, to be shown again beside what was wrong with it."""
    return {
        one.name: form.getlist(one.name) if one.kind == "many" else form.get(one.name, "") for one in inputs
    }


def wrongs(inputs: Sequence[Input], problem: Mapping[str, Any]) -> dict[str, Word | str]:
    """By input what a service found wrong, where that can be said of one of these."""
    found = {
        one.name: str(error["detail"]) for error in problem.get("errors", ()) for one in _of(error, inputs)
    }
    return dict(found)


def labelled(
    inputs: Sequence[Input], problem: Mapping[str, Any] | None, language: str
) -> Mapping[str, Any] | None:
    """The problem, with the labels of the inputs that its errors are about."""
    if problem is None:
        return None
    say = say_in(language)
    errors = [
        {**error, **next(({"field": one.name, "label": say(one.label)} for one in _of(error, inputs)), {})}
        for error in problem.get("errors", ())
    ]
    return {**problem, "errors": errors}


def _of(error: Mapping[str, Any], inputs: Sequence[Input]) -> Sequence[Input]:
    field = str(error["field"])
    return [one for one in inputs if field == one.name or field.startswith(f"{one.name}.")][:1]


def _value(one: Input, form: FormData, language: str, zone: ZoneInfo) -> Any:
    if one.kind == "many":
        return [str(value) for value in form.getlist(one.name)]
    text = str(form.get(one.name, "")).strip()
    if one.kind == "flag":
        return text == "on"
    if one.kind == "rows":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if not text:
        return "" if one.kind in {"text", "long"} and not (one.keeps or one.nullable) else None
    if one.kind == "moment":
        return _moment(text, zone)
    if one.kind == "number":
        return _number(text, language)
    if one.kind == "money":
        return _hundredths(text, language)
    return text.replace("\r\n", "\n")


def _moment(text: str, zone: ZoneInfo) -> str:
    try:
        local = datetime.strptime(text[:16], LOCAL).replace(tzinfo=zone)
    except ValueError as error:
        raise Unreadable(word("This is not a date and a time.")) from error
    there = datetime.fromtimestamp(local.timestamp(), zone)
    if there.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Unreadable(word("There is no such time on that day: the clocks are put forward."))
    return local.isoformat()


def _decimal(text: str, language: str) -> Decimal:
    try:
        return Decimal(parse_decimal(text.replace(" ", "\N{NO-BREAK SPACE}"), locale=language))
    except (NumberFormatError, InvalidOperation, ValueError):
        pass
    try:  # browsers send what a number input holds with a point, whatever the language
        return Decimal(text)
    except InvalidOperation as error:
        raise Unreadable(word("This is not a number.")) from error


def _number(text: str, language: str) -> int | float:
    number = _decimal(text, language)
    if not number.is_finite():
        raise Unreadable(word("This is not a number."))
    return int(number) if number == number.to_integral_value() else float(number)


def _hundredths(text: str, language: str) -> int:
    hundredths = _decimal(text, language) * HUNDRED
    if not hundredths.is_finite() or hundredths != hundredths.to_integral_value():
        raise Unreadable(word("An amount has at most two decimals."))
    return int(hundredths)


def _at(resource: Any, name: str) -> Any:
    for part in name.split("."):
        resource = resource.get(part) if isinstance(resource, Mapping) else None
    return resource


def _shown(one: Input, value: Any, zone: ZoneInfo) -> Any:
    if one.kind == "many":
        return [str(part) for part in value or ()]
    if one.kind == "flag":
        return "on" if value else ""
    if value is None:
        return ""
    if one.kind == "moment":
        return datetime.fromisoformat(value).astimezone(zone).strftime(LOCAL)
    if one.kind == "money":
        return f"{value // HUNDRED}.{value % HUNDRED:02}"
    if one.kind == "rows":
        return "\n".join(str(part) for part in value)
    return str(value)
