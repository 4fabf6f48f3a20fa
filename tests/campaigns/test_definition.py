"""What a form may ask, and what its interface wants of head office."""

from typing import Any

import pytest

from services.campaigns.deciders.definition import asked_of_head_office, wrong_definition, wrong_values
from services.campaigns.deciders.templates import TEMPLATES
from shared.contracts.campaigns import Content, Definition, Field
from shared.contracts.ordering import Scalar
from tests.facts import id_of


def refusal(*fields: Field, **more: Any) -> str | None:
    wrong = wrong_definition(Definition(fields=fields, **more))
    return wrong.code if wrong else None


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (Field(name="one", kind="text", least=1, most=5, default="Hej"), None),
        (Field(name="one", kind="text", most=5, default="Hejsan"), "campaign.default-out-of-bounds"),
        (Field(name="one", kind="money", least=100, default=100), None),
        (Field(name="one", kind="money", least=100, default=99), "campaign.default-out-of-bounds"),
        (Field(name="one", kind="money", default=9.5), "campaign.default-wrong"),
        (Field(name="one", kind="number", least=5, most=4), "campaign.bounds-wrong"),
        (Field(name="one", kind="date", most=4), "campaign.bounds-wrong"),
        (Field(name="one", kind="segment"), "campaign.choices-missing"),
        (Field(name="one", kind="segment", choices=("18-29",), default="30-49"), "campaign.default-wrong"),
        (Field(name="one", kind="image", default=str(id_of("picture"))), "campaign.default-wrong"),
        (Field(name="recipient_name"), "campaign.field-reserved"),
    ],
)
def test_fields_hold_together(field: Field, code: str | None) -> None:
    assert refusal(field) == code


def test_a_message_may_name_its_reader_and_a_query_may_not() -> None:
    content = {"en": Content(subject="Dear {{ recipient_name }}", body="Welcome to {{ recipient_city }}")}
    assert refusal(content=content) is None
    assert refusal(max_size="{{ recipient_name }}") == "campaign.placeholder-unknown"


def test_a_pre_set_campaign_leaves_nothing_open() -> None:
    assert refusal(Field(name="one", default="Hej"), interface="pre_set") is None
    assert refusal(Field(name="one"), interface="pre_set") == "campaign.pre-set-asks"


def test_a_pre_set_campaign_takes_no_values_from_its_entity() -> None:
    set_ = Definition(interface="pre_set", fields=(Field(name="one", default="Hej"),))
    wrong = wrong_values(set_, {"one": "Hallå"})
    assert wrong is not None
    assert (wrong.code, wrong.field) == ("campaign.pre-set", "values.one")
    assert wrong_values(set_, {}) is None


def test_by_form_wants_a_form() -> None:
    assert asked_of_head_office(Definition()) == ("definition.fields",)
    assert asked_of_head_office(Definition(fields=(Field(name="one"),))) == ()
    assert asked_of_head_office(Definition(interface="pre_set")) == ()


@pytest.mark.parametrize(
    ("value", "code"),
    [(5, None), (10, None), (4, "campaign.value-out-of-bounds"), (11, "campaign.value-out-of-bounds")],
)
def test_a_value_lies_within_its_fields_limits(value: Scalar, code: str | None) -> None:
    wrong = wrong_values(
        Definition(fields=(Field(name="one", kind="number", least=5, most=10),)), {"one": value}
    )
    assert (wrong.code if wrong else None) == code
    assert wrong is None or (wrong.facts["least"], wrong.facts["most"]) == ("5", "10")


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.name)
def test_every_starting_template_holds_together(template: Any) -> None:
    assert wrong_definition(template.definition) is None
    assert asked_of_head_office(template.definition) == ()
