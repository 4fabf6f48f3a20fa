"""What an order form asks, as the inputs of a page."""

from typing import Any

from services.gateway.routes.pages.inputs import Input
from services.gateway.routes.pages.order_fields import inputs_of
from shared.contracts.campaigns import Field


def asked(language: str = "en", images: tuple[tuple[str, str], ...] = (), **field: Any) -> Input:
    """The input for a field like this."""
    shown = Field(**{"name": "gift", **field}).model_dump(mode="json")
    (one,) = inputs_of([shown], language, images)
    return one


def test_an_input_has_the_name_that_a_call_has_for_it_and_the_readers_label() -> None:
    label = {"sv": "Gåva", "en": "Gift"}
    assert asked(label=label).name == "values.gift"
    assert [asked(language, label=label).label for language in ("sv", "en")] == ["Gåva", "Gift"]
    assert asked("en", label={"sv": "Gåva"}).label == "Gåva"
    assert asked("sv", help={"sv": "Till alla."}).help == "Till alla."
    assert asked().label == "gift"


def test_bounds_and_what_counts_where_nothing_is_entered_are_told_as_people_write_them() -> None:
    number = asked("sv", kind="number", least=0, most=2500, default=1000)
    assert "0" in number.help
    assert "2\N{NO-BREAK SPACE}500" in number.help
    assert "1\N{NO-BREAK SPACE}000" in number.help
    money = asked(kind="money", least=50, default=123450)
    assert money.help == "At least 0.50. Left empty, this counts: 1,234.50"
    assert asked(kind="text", most=2000).help == "At most 2,000 characters."
    assert asked(kind="date", default="2026-12-24").help == "Left empty, this counts: December 24, 2026"


def test_what_has_a_default_need_not_be_filled_in() -> None:
    assert asked(required=True).required
    assert not asked(required=True, default="cake").required


def test_a_picture_is_chosen_among_those_that_were_attached() -> None:
    assert list(asked(kind="image").choices) == []
    picture = asked(kind="image", images=(("1", "shop.png"),))
    assert (picture.kind, list(picture.choices)) == ("choice", [("1", "shop.png")])
    segment = asked(kind="segment", choices=("18-29", "30+"))
    assert [value for value, _ in segment.choices] == ["18-29", "30+"]
