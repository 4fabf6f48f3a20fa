"""Rules of an entity's record, one line each."""

from typing import Any

from services.catalog.deciders.entity import (
    ENTITY,
    ChangeGroupMembers,
    CloseEntity,
    RegisterEntity,
    ReviseEntityDetails,
)
from shared.contracts.catalog import (
    EntityClosed,
    EntityDetailsRevised,
    EntityRegistered,
    GroupMembersChanged,
)
from shared.kernel.ids import EntityId, PersonId
from shared.kernel.message import Actor
from tests.facts import id_of
from tests.spec import spec
from tests.world import MONDAY

given = spec(ENTITY)
EAST, ANNA = EntityId(id_of("east")), PersonId(id_of("anna"))
REGISTERED = EntityRegistered(entity_id=EAST, number=3, label="East", phone="08-1")
CLOSED = EntityClosed(entity_id=EAST, reason="Sold", open_orders="cancel")


def asks() -> dict[str, Any]:
    by = Actor(id="bo", roles=frozenset({"central"}))
    return {"id": id_of("command"), "at": MONDAY, "by": by, "entity_id": EAST}


def close(reason: str = " Sold ") -> CloseEntity:
    return CloseEntity(**asks(), reason=reason, open_orders="cancel")


def revise(**more: Any) -> ReviseEntityDetails:
    return ReviseEntityDetails(**asks(), **{"label": "East", "phone": "08-1", **more})


def test_an_entity_is_registered_once_with_a_name_below_one_that_is_known() -> None:
    register = RegisterEntity(**asks(), number=3, label="East", phone="08-1")
    given()(register)(REGISTERED)
    given(REGISTERED)(register)()
    given()(register.model_copy(update={"label": " "}))("entity.label-missing")
    given()(register.model_copy(update={"parent_id": EAST}))("entity.parent-unknown")


def test_contact_data_are_corrected_where_they_differ() -> None:
    given(REGISTERED)(revise())()
    given(REGISTERED)(revise(phone="08-2"))(EntityDetailsRevised(entity_id=EAST, label="East", phone="08-2"))
    given(REGISTERED)(revise(label=""))("entity.label-missing")
    given()(revise())("entity.unknown")


def test_a_group_has_the_members_that_are_given() -> None:
    change = ChangeGroupMembers(**asks(), group="campaign-reviewers", members=(ANNA,))
    changed = GroupMembersChanged(entity_id=EAST, group="campaign-reviewers", members=(ANNA,))
    given(REGISTERED)(change)(changed)
    given(REGISTERED, changed)(change)()
    given(REGISTERED)(change.model_copy(update={"unknown": (ANNA,)}))("entity.member-unknown")


def test_an_entity_closes_once_with_a_reason_and_a_word_on_its_orders() -> None:
    given(REGISTERED)(close())(CLOSED)
    given(REGISTERED, CLOSED)(close())()
    given(REGISTERED)(close(" "))("entity.reason-missing")
    given()(close())("entity.unknown")


def test_a_closed_entity_changes_no_more() -> None:
    given(REGISTERED, CLOSED)(revise(phone="08-2"))("entity.closed")
    given(REGISTERED, CLOSED)(ChangeGroupMembers(**asks(), group="notify", members=()))("entity.closed")
