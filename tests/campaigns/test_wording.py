"""Texts with plain placeholders; what a definition, its day, its limit and its ages may be."""

from typing import Any

import pytest

from services.campaigns.deciders.definition import defaults_of, wrong_definition, wrong_values
from services.campaigns.deciders.target import ages_in, day_of, limit_of
from services.campaigns.deciders.templates import TEMPLATES
from services.campaigns.deciders.wording import filled, names_in
from shared.contracts.campaigns import Condition, Content, Definition, Field
from tests.campaigns.words import DEFINITION


def test_a_placeholder_is_a_name_between_two_braces() -> None:
    assert names_in("{{ one }} and {{two}}, 3 { 4 } and }}") == frozenset({"one", "two"})
    assert names_in("") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "{{ one.two }}",
        "{{ one() }}",
        "{{ 1 + 1 }}",
        "{{ one | upper }}",
        "{{ ''.__class__ }}",
        "{% for x in y %}",
        "{# gone #}",
        "{{ one",
        "{{",
        "{{ }}",
        "{{{ one }}",
        "{{ " + "(" * 5000,
    ],
)
def test_everything_else_in_braces_is_refused(text: str) -> None:
    refused = wrong_definition(Definition(content={"en": Content(subject="", body=text)}))
    assert refused is not None
    assert refused.field == "definition.content.en.body"


def test_values_stand_in_their_places_and_are_never_looked_into() -> None:
    said = {"one": "{{ two }}", "two": "2", "three": 3}
    assert filled("{{ one }} {{two}} {{ three }}", said) == "{{ two }} 2 3"


def test_a_name_without_a_value_leaves_a_visible_gap() -> None:
    assert filled("Hej {{ name }}!", {}) == "Hej …!"
    assert filled("{{ name }}", {}, "") == ""


def field(**more: Any) -> Field:
    return Field(**{"name": "one", **more})


@pytest.mark.parametrize(
    ("definition", "code", "place"),
    [
        ({"fields": (field(), field())}, "campaign.field-twice", "definition.fields.0.name"),
        ({"fields": (field(kind="choice"),)}, "campaign.choices-missing", "definition.fields.0.choices"),
        ({"fields": (field(kind="date", default="soon"),)}, "campaign.default-wrong", "definition.fields.0.default"),
        ({"contact_on": "{{ one }}"}, "campaign.placeholder-unknown", "definition.contact_on"),
        ({"contact_on": "next week"}, "campaign.contact-wrong", "definition.contact_on"),
        ({"contact_on": "{{ one }}", "fields": (field(),)}, "campaign.contact-wrong", "definition.contact_on"),
        ({"max_size": "many"}, "campaign.limit-wrong", "definition.max_size"),
        ({"max_size": "1e999"}, "campaign.limit-wrong", "definition.max_size"),
        ({"max_size": "-1"}, "campaign.limit-wrong", "definition.max_size"),
        ({"max_size": "{{ one }}", "fields": (field(),)}, "campaign.limit-wrong", "definition.max_size"),
        ({"query": (Condition(attribute="age_from", value="old"),)}, "campaign.age-wrong", "definition.query.0.value"),
        ({"query": (Condition(attribute="age_segment", value=30),)}, "campaign.age-wrong", "definition.query.0.value"),
        (
            {"query": (Condition(attribute="city", value="{{ one }}"),)},
            "campaign.placeholder-unknown",
            "definition.query.0.value",
        ),
        (
            {
                "query": (Condition(attribute="age_segment", value="{{ one }}"),),
                "fields": (field(kind="choice", choices=("18-29", "young")),),
            },
            "campaign.age-wrong",
            "definition.query.0.value",
        ),
    ],
)  # fmt: skip
def test_a_definition_that_does_not_hold_together(definition: dict[str, Any], code: str, place: str) -> None:
    refused = wrong_definition(Definition(**definition))
    assert refused is not None
    assert (refused.code, refused.kind, refused.field) == (code, "invalid", place)


@pytest.mark.parametrize(
    "definition", [DEFINITION, Definition(), *(t.definition for t in TEMPLATES.values())]
)
def test_a_definition_that_holds_together(definition: Definition) -> None:
    assert wrong_definition(definition) is None
    assert wrong_values(definition, defaults_of(definition)) is None


@pytest.mark.parametrize(
    ("attribute", "text", "ages"),
    [
        ("age_from", "30", (30, 130)),
        ("age_to", "30.0", (0, 30)),
        ("age_segment", "30-49", (30, 49)),
        ("age_segment", " 65+ ", (65, 130)),
    ],
)
def test_ages_are_read_as_people_write_them(attribute: str, text: str, ages: tuple[int, int]) -> None:
    assert ages_in(attribute, text) == ages


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("age_from", "30-49"),
        ("age_from", "-3"),
        ("age_to", "9" * 30),
        ("age_to", "nan"),
        ("age_segment", "49-30"),
        ("age_segment", "30"),
        ("age_segment", ""),
        ("age_segment", "…"),
    ],
)
def test_what_is_no_age_is_a_value_error(attribute: str, text: str) -> None:
    with pytest.raises(ValueError, match="no age"):
        ages_in(attribute, text)


def test_a_limit_is_a_whole_number_and_nothing_is_none() -> None:
    assert [limit_of(text) for text in ("", " ", "0", "100", "100.0", "1e3")] == [0, 0, 0, 100, 100, 1000]


@pytest.mark.parametrize("text", ["-1", "0.5", "inf", "nan", "many", "…"])
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        limit_of(text)


def test_a_day_is_an_iso_day() -> None:
    assert day_of("2026-12-24") is not None
    assert [day_of(text) for text in ("soon", "", "2026-13-01")] == [None, None, None]
