"""Everything that head office says of a reference campaign, as one form: its fields and conditions are blocks of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway import words
from services.gateway.routes.pages.inputs import Input, Kind
from services.gateway.words import word

FIELDS, QUERY = "definition.fields", "definition.query"
Raw = Mapping[str, str]
"""What stands in the inputs, by their names."""
LABEL = {"sv": word("Label in Swedish"), "en": word("Label in English")}
HELP = {"sv": word("Help in Swedish"), "en": word("Help in English")}
SUBJECT = {"sv": word("Subject in Swedish"), "en": word("Subject in English")}
BODY = {"sv": word("Message in Swedish"), "en": word("Message in English")}
TYPED: Mapping[str, Kind] = {"text": "long", "number": "number", "money": "money", "date": "day"}
"""How a default is entered; what is chosen is entered as a line of text."""
LENGTH = word("For numbers, amounts, and the length of texts.")
FRESH = {FIELDS: {"name": "", "kind": "text"}, QUERY: {"attribute": "city"}}
"""A block that was just added."""
CAMPAIGN = (
    Input("label", "text", word("Label"), required=True),
    Input(
        "kind",
        "choice",
        word("Distribution level and collaborative mode"),
        word("It can be changed until a package is built on the campaign."),
        required=True,
        choices=tuple(words.KIND.items()),
    ),
    Input(
        "definition.interface",
        "choice",
        word("How entities order"),
        required=True,
        choices=tuple(words.INTERFACE.items()),
    ),
)
WHEN = (
    Input("starts_at", "moment", word("Starts"), word("Not for a local campaign."), keeps=True),
    Input("ends_at", "moment", word("Ends"), word("Not for a local campaign."), keeps=True),
    Input(
        "definition.duration_days",
        "number",
        word("Days that it lasts"),
        word("For a local campaign: each entity's own begins when it is ordered."),
    ),
    Input(
        "definition.contact_on",
        "text",
        word("Contact day"),
        word("A day such as 2026-12-24, or {{ name }} of a field that is a day."),
    ),
)
ASKED = (
    Input(
        "definition.hide_parameters",
        "flag",
        word("Hide the page of standard parameters"),
        word("What is said here holds for every order."),
    ),
    Input("definition.hide_program", "flag", word("Hide program and budget in the order")),
    Input(
        "definition.most_reviewers",
        "number",
        word("At most so many reviewers in an order"),
        word("0 hides them; nothing means any number."),
    ),
    Input(
        "definition.most_documents",
        "number",
        word("At most so many documents in an order"),
        word("0 hides them; nothing means any number."),
    ),
)
LIMITS = (
    Input(
        "definition.max_size",
        "text",
        word("At most so many recipients"),
        word("A number, or {{ name }} of a field that is a number. 0 or nothing means no limit."),
    ),
    Input(
        "definition.pressure.most",
        "number",
        word("Ceiling: at most so many contacts with one recipient"),
        word("Both or neither: the ceiling and its days."),
    ),
    Input("definition.pressure.days", "number", word("Ceiling: within so many days")),
)
CONTENT: Mapping[str, Sequence[Input]] = {
    one: (
        Input(f"definition.content.{one}.subject", "text", SUBJECT[one]),
        Input(f"definition.content.{one}.body", "long", BODY[one]),
    )
    for one in SUBJECT
}
APPROVAL = Input(
    "definition.content_approval",
    "flag",
    word("The content of every entity's campaign is approved before it starts"),
)
COSTS = (
    Input("definition.message_cost_cents", "money", word("Cost of one message"), keeps=True),
    Input("definition.program", "text", word("Program")),
    Input("definition.budget", "text", word("Budget")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks: what always stands there, and a block for each field and each condition."""

    fields: Sequence[Sequence[Input]]
    conditions: Sequence[Sequence[Input]]

    @property
    def inputs(self) -> Sequence[Input]:
        """All of it."""
        blocks = [one for block in (*CONTENT.values(), *self.fields, *self.conditions) for one in block]
        return [*CAMPAIGN, *WHEN, *ASKED, *LIMITS, APPROVAL, *COSTS, *blocks]

    def place(self, name: str, say: Any) -> str:
        """What a person calls this input; in a block, with which one it is."""
        for title, blocks in ((word("Field"), self.fields), (word("Condition"), self.conditions)):
            for number, block in enumerate(blocks, 1):
                for one in block:
                    if one.name == name:
                        return f"{say(title)} {number}, {say(one.label)}"
        return next((str(say(one.label)) for one in self.inputs if one.name == name), name)


def asked_for(kinds: Iterable[str], conditions: int) -> Asked:
    """The form for fields of these kinds and so many conditions."""
    fields = [_field(number, kind) for number, kind in enumerate(kinds)]
    return Asked(fields, [_condition(number) for number in range(conditions)])


def _field(number: int, kind: str) -> Sequence[Input]:
    at, typed = f"{FIELDS}.{number}", TYPED.get(kind, "text")
    bound: Kind = "money" if kind == "money" else "number"
    return (
        Input(
            f"{at}.name",
            "text",
            word("Name"),
            word("Small letters, digits and _; texts take its value as {{ name }}."),
        ),
        Input(f"{at}.kind", "choice", word("Kind"), required=True, choices=tuple(words.FIELD.items())),
        *(Input(f"{at}.label.{one}", "text", label) for one, label in LABEL.items()),
        *(Input(f"{at}.help.{one}", "text", label) for one, label in HELP.items()),
        Input(
            f"{at}.default", typed, word("Default"), word("What counts where nothing is entered."), keeps=True
        ),
        Input(f"{at}.choices", "rows", word("Choices"), word("One a line; for choices and segments.")),
        Input(f"{at}.least", bound, word("At least"), LENGTH, keeps=True),
        Input(f"{at}.most", bound, word("At most"), LENGTH, keeps=True),
        Input(f"{at}.required", "flag", word("Has to be filled in")),
    )


def _condition(number: int) -> Sequence[Input]:
    at = f"{QUERY}.{number}"
    return (
        Input(
            f"{at}.attribute",
            "choice",
            word("What of a recipient"),
            required=True,
            choices=tuple(words.ATTRIBUTE.items()),
        ),
        Input(f"{at}.value", "text", word("Is"), word("A value, or {{ name }} of a field.")),
    )


def blocks_of(raw: Raw, at: str) -> list[dict[str, str]]:
    """What stands in the blocks there, one after the other."""
    found: dict[int, dict[str, str]] = {}
    for name, value in raw.items():
        number, _, part = name.removeprefix(f"{at}.").partition(".")
        if name.startswith(f"{at}.") and number.isdecimal():
            found.setdefault(int(number), {})[part] = value
    return [found[number] for number in sorted(found)]


def with_blocks(raw: Raw, at: str, blocks: Sequence[Raw]) -> dict[str, str]:
    """The same with these blocks there in place of all others."""
    rest = {name: value for name, value in raw.items() if not name.startswith(f"{at}.")}
    return rest | {
        f"{at}.{number}.{part}": value for number, block in enumerate(blocks) for part, value in block.items()
    }


def rearranged(raw: Raw, step: str) -> dict[str, str] | None:
    """What stands there after this step, such as `definition.fields/up/2`; None where it is no such step."""
    at, _, rest = step.partition("/")
    done, _, which = rest.partition("/")
    if at not in {FIELDS, QUERY}:
        return None
    blocks = blocks_of(raw, at)
    number = int(which) if which.isdecimal() else -1
    if done == "add":
        blocks.append(FRESH[at])
    elif done == "remove" and 0 <= number < len(blocks):
        del blocks[number]
    elif done == "up" and 0 < number < len(blocks):
        blocks[number - 1 : number + 1] = [blocks[number], blocks[number - 1]]
    return with_blocks(raw, at, blocks)


def as_form(campaign: Mapping[str, Any]) -> dict[str, Any]:
    """A campaign as the form shows it: blocks by their numbers, whole numbers without a point."""
    definition = campaign["definition"]
    fields = [{name: _whole(value) for name, value in one.items()} for one in definition["fields"]]
    query = [{name: _whole(value) for name, value in one.items()} for one in definition["query"]]
    numbered = {"fields": _numbered(fields), "query": _numbered(query)}
    return {**campaign, "definition": {**definition, **numbered}}


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _numbered(blocks: Sequence[Any]) -> dict[str, Any]:
    return {str(number): one for number, one in enumerate(blocks)}


def as_body(body: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The call that a form's entries make. Other languages than the form's, and the kind it has, stay unsaid or as is.

    A campaign that is local has no dates: they are not even tried, as becoming local takes them away.
    """
    definition, was = body["definition"], before["definition"]
    known = {one["name"]: one for one in was["fields"]}
    fields = list(definition.get("fields", {}).values())
    definition["fields"] = [_with_other_languages(one, known.get(one["name"], {})) for one in fields]
    definition["query"] = list(definition.get("query", {}).values())
    said = {code: text for code, text in definition["content"].items() if any(text.values())}
    others = {code: text for code, text in was["content"].items() if code not in LABEL}
    definition["content"] = others | said
    if not any(definition["pressure"].values()):
        definition["pressure"] = None
    unsaid = {"starts_at", "ends_at"} if body["kind"] == "local" else set()
    if body["kind"] == before["kind"]:
        unsaid.add("kind")
    return {name: value for name, value in body.items() if name not in unsaid}


def _with_other_languages(field: dict[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """The field without empty texts, but with those in languages that the form does not ask for."""
    for part in ("label", "help"):
        others = {code: text for code, text in was.get(part, {}).items() if code not in LABEL}
        field[part] = others | {code: text for code, text in field[part].items() if text}
    return field
