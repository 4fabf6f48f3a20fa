"""What every kind of field takes and where its bounds are."""

from typing import Any

import pytest

from services.ordering.deciders.order import ORDER
from shared.contracts.campaigns import Field
from shared.contracts.ordering import DocumentAttached
from tests.facts import id_of
from tests.ordering.words import ID, MONDAY, drafted, enter, entered
from tests.spec import spec

given = spec(ORDER)
PICTURE, LETTER = str(id_of("picture")), str(id_of("letter"))
FORM = (
    Field(name="text", most=5, least=2),
    Field(name="number", kind="number", least=-1.5, most=100),
    Field(name="price", kind="money", least=0),
    Field(name="group", kind="segment", choices=("18-29", "30-49")),
    Field(name="photo", kind="image"),
)


def attached(document_id: str, media_type: str) -> DocumentAttached:
    about = {"order_id": ID, "document_id": document_id, "by": "anna", "at": MONDAY, "name": "a", "size": 1}
    return DocumentAttached.model_validate({**about, "media_type": media_type, "sha256": document_id})


HISTORY = (drafted, attached(PICTURE, "image/png"), attached(LETTER, "application/pdf"))


@pytest.mark.parametrize(
    "values",
    [
        {"text": "ab"},
        {"text": "abcde"},
        {"number": -1.5},
        {"number": 100},
        {"price": 1250},
        {"photo": PICTURE},
    ],
)
def test_what_fits_its_field_is_taken(values: dict[str, Any]) -> None:
    given(*HISTORY)(enter(form=FORM, values=values))(entered.model_copy(update={"values": values}))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": "a"}, "order.field-out-of-bounds"),
        ({"text": "abcdef"}, "order.field-out-of-bounds"),
        ({"number": -1.6}, "order.field-out-of-bounds"),
        ({"number": 101}, "order.field-out-of-bounds"),
        ({"price": -1}, "order.field-out-of-bounds"),
        ({"price": 12.5}, "order.field-no-money"),
        ({"group": "50+"}, "order.field-no-segment"),
        ({"photo": "front.png"}, "order.field-no-image"),
        ({"photo": str(id_of("another order's"))}, "order.field-no-image"),
        ({"photo": LETTER}, "order.field-no-image"),
    ],
)
def test_what_does_not_fit_its_field_is_refused(values: dict[str, Any], code: str) -> None:
    given(*HISTORY)(enter(form=FORM, values=values))(code)
