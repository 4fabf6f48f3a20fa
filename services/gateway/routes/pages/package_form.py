"""What head office is asked when it makes or edits a package; as data, so that the two pages ask the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway import words
from services.gateway.routes.pages.inputs import Input
from services.gateway.routes.pages.visit import Visit
from services.gateway.words import Word, word

MOST = 200
HOURS = "hours_before"
RULES = (
    ("equal", word("Equal parts")),
    ("by_volume", word("By how many recipients each entity has")),
    ("by_share", word("By shares")),
)
Sections = Sequence[tuple[Word, Sequence[Input]]]


def sections(reviewers: Sequence[tuple[str, Word | str]], *, references: Sequence[Input] = ()) -> Sections:
    """What is asked, by section. `references` is what only a new package is asked."""
    return (
        (word("The package"), (*references, *PACKAGE)),
        (word("When"), WHEN),
        (word("What entities are told"), TOLD),
        (word("Ordering"), ORDERING),
        (word("Approval of the package"), terms("approval", reviewers)),
        (word("Approval of orders, first stage"), terms("order_approval", reviewers)),
        (word("Approval of orders, second stage"), (SECOND, *terms("second_approval", reviewers))),
        (word("Costs"), COSTS),
    )


def all_of(asked: Sections) -> list[Input]:
    """Every input of all sections."""
    return [one for _, inputs in asked for one in inputs]


PACKAGE = (
    Input("label", "text", word("Label"), required=True),
    Input("folder", "text", word("Folder"), required=True),
    Input("nature", "text", word("Nature")),
)
WHEN = (
    Input(
        "starts_at",
        "moment",
        word("Shown from"),
        word("From then on the invited entities see the package in their list."),
        required=True,
    ),
    Input("ends_at", "moment", word("Shown until"), required=True),
    Input(
        "registration_deadline",
        "moment",
        word("Registration deadline"),
        word("The last moment to order. A collaborative package needs one before it is submitted."),
    ),
    Input(
        "personalization_deadline",
        "moment",
        word("Personalization deadline"),
        word("The last moment to hand in documents. It is advice and blocks nothing."),
    ),
    Input(
        "available_at",
        "moment",
        word("Availability date"),
        word("From when a campaign can be used. It never delays ordering."),
    ),
)
TOLD = (
    Input("description", "long", word("Description")),
    Input("message", "long", word("Message to the local entities")),
    Input("notify_on_publication", "flag", word("Tell the entities when it is published")),
)
ORDERING = (
    Input("approval_mode", "choice", word("Approval mode"), required=True, choices=tuple(words.MODE.items())),
    Input(
        "multiple_creation",
        "flag",
        word("An entity may order more than once"),
        word("For local campaigns."),
    ),
    Input("start_targeting", "flag", word("Start a campaign at once when its order is approved")),
    Input("order_folder", "text", word("Folder of the orders")),
)
SECOND = Input("second", "flag", word("Two stages: head office answers after the entity's own reviewers"))
COSTS = (
    Input("costs.fixed_cents", "money", word("Fixed costs of the package"), keeps=True),
    Input("costs.rule", "choice", word("Shared by the entities"), required=True, choices=RULES),
    Input(
        "costs.subsidy_percent",
        "number",
        word("Percent of every entity's sum that head office bears"),
        keeps=True,
    ),
    Input(
        "costs.shares",
        "rows",
        word("Shares"),
        word("One entity a line with its weight, such as: OU3 2. Only where costs are shared by shares."),
    ),
)


def terms(part: str, reviewers: Sequence[tuple[str, Word | str]]) -> tuple[Input, ...]:
    """Who answers, by when, and what silence means."""
    return (
        Input(
            f"{part}.reviewers",
            "many",
            word("Reviewers"),
            word("Nobody named: whoever is in the group of reviewers, or else head office."),
            choices=reviewers,
        ),
        Input(f"{part}.answer_within_days", "number", word("Days to answer"), keeps=True),
        Input(
            f"{part}.silence",
            "choice",
            word("If nobody answers"),
            required=True,
            choices=tuple(words.SILENCE.items()),
        ),
        Input(
            f"{part}.reminders",
            "rows",
            word("Reminders"),
            word("Hours before the deadline, one a line, such as: 24"),
        ),
        Input(f"{part}.own_work", "flag", word("Whoever handed it in may answer, too")),
    )


async def reviewers_for(visit: Visit) -> list[tuple[str, Word | str]]:
    """Whom head office can name: itself as a whole, and each of its people."""
    found: list[tuple[str, Word | str]] = [("role:central", word("Anybody at head office"))]
    for role in ("central", "admin"):
        people = await visit.read("/people", role=role, limit=MOST)
        found += [
            (f"person:{one['person_id']}", str(one["name"])) for one in people["items"] if one["active"]
        ]
    return list(dict(found).items())


def blank() -> dict[str, Any]:
    """What a new package is where nothing else is said."""
    asked = {"answer_within_days": 3, "silence": "escalate"}
    return {
        "approval_mode": "manual",
        "notify_on_publication": True,
        "approval": asked,
        "order_approval": asked,
        "second_approval": asked,
        "costs": {"fixed_cents": 0, "rule": "equal", "subsidy_percent": 0},
    }


def as_form(package: Mapping[str, Any], numbers: Mapping[str, int]) -> dict[str, Any]:
    """A package as the form shows it: reminders as hours, shares by the numbers of entities."""
    shown = dict(package)
    for part in ("approval", "order_approval", "second_approval"):
        asked = package.get(part) or blank()[part]
        hours = [one[HOURS] for one in asked.get("reminders", ()) if one[HOURS] is not None]
        shown[part] = {**asked, "reminders": hours}
    costs = package["costs"]
    shares = [f"OU{numbers[one['entity_id']]} {one['weight']}" for one in costs.get("shares", ())]
    return {
        **shown,
        "second": package.get("second_approval") is not None,
        "costs": {**costs, "shares": shares},
    }


def as_body(body: dict[str, Any], ids: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """The call that a form's entries make. What `before` has and the form does not show, stays.

    `ids` are entities by what people call them; one that is not among them goes on as it is, and is refused by name.
    """
    second = body.pop("second", False)
    for part in ("approval", "order_approval", "second_approval"):
        asked = body[part]
        dated = [one for one in (before.get(part) or {}).get("reminders", ()) if one[HOURS] is None]
        asked["reminders"] = [*({HOURS: hours} for hours in asked["reminders"]), *dated]
        kept = {name: (before.get(part) or {}).get(name) for name in ("answer_by", "escalate_to")}
        body[part] = {**{name: value for name, value in kept.items() if value}, **asked}
    if not second:
        body["second_approval"] = None
    shares = [one.partition(" ") for one in body["costs"]["shares"]]
    body["costs"]["shares"] = [
        {"entity_id": ids.get(name.upper(), name), "weight": weight.strip()} for name, _, weight in shares
    ]
    return body
