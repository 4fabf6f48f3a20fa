"""The published contract and its gate."""

import copy
from typing import Any

import pytest

from shared import contract

ORDER = "OrderPlaced.v1"


def broken(change: Any) -> list[str]:
    """What the gate says if this change were made to today's code."""
    changed = copy.deepcopy(contract.schemas())
    change(changed)
    return list(contract.breaking(contract.committed(), changed, {"OrderPlaced": ["price"]}))


def test_the_committed_contract_is_that_of_this_code() -> None:
    assert contract.check() == []
    assert contract.committed().keys() == contract.schemas().keys()


@pytest.mark.row("J05")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: c[ORDER]["properties"].pop("label"), "OrderPlaced.v1: field 'label' was removed"),
        (
            lambda c: c[ORDER]["required"].append("label"),
            "OrderPlaced.v1: field 'label' became required; facts stored without it could not be read",
        ),
        (
            lambda c: c[ORDER]["properties"]["offer"]["properties"].pop("reference_id"),
            "OrderPlaced.v1: field 'offer.reference_id' was removed",
        ),
        (
            lambda c: c[ORDER]["properties"]["revision"].update(type="string"),
            "OrderPlaced.v1: field 'revision' changed its type from integer to string",
        ),
        (
            lambda c: c[ORDER]["required"].remove("revision"),
            "OrderPlaced.v1: field 'revision' became optional; readers rely on it",
        ),
        (
            lambda c: c[ORDER]["properties"]["offer"]["properties"]["kind"]["enum"].remove("local"),
            "OrderPlaced.v1: field 'offer.kind' lost the value(s) local",
        ),
        (
            lambda c: c[ORDER]["properties"].update(price={"type": "integer"}),
            "OrderPlaced.v1: field 'price' is burnt; it once meant something else and may not return",
        ),
    ],
)
def test_a_breaking_change_is_refused_with_event_and_field(change: Any, sentence: str) -> None:
    assert sentence in broken(change)


def test_a_new_required_field_breaks_and_a_new_optional_one_does_not() -> None:
    def optional(changed: Any) -> None:
        changed[ORDER]["properties"]["colour"] = {"type": "string", "default": ""}

    def required(changed: Any) -> None:
        optional(changed)
        changed[ORDER]["required"].append("colour")

    assert broken(optional) == []
    assert broken(required) == ["OrderPlaced.v1: new field 'colour' is required; give it a default"]


def test_an_event_version_may_not_vanish() -> None:
    assert broken(lambda changed: changed.pop(ORDER)) == [
        "OrderPlaced.v1: the event version is gone; stored facts of it could not be told any more"
    ]


def test_readers_get_a_schema_that_ignores_what_it_does_not_know() -> None:
    opened = contract.open_for_readers(contract.schemas()[ORDER])
    assert "additionalProperties" not in str(opened["properties"]["offer"]["properties"].keys())
    assert opened.get("additionalProperties") is None
    assert contract.schemas()[ORDER]["additionalProperties"] is False
