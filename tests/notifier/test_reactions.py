"""What becomes of a fact: the same notices however often, and in whatever order, facts are heard."""

from dataclasses import replace
from uuid import UUID

from services.notifier.deciders.notice import QueueNotice, RetryNotice
from services.notifier.reactions import react
from shared.contracts.approval import ApprovalRequested
from shared.contracts.catalog import (
    EntityRegistered,
    GroupMembersChanged,
    PackageSubmitted,
    PersonActivated,
    PersonDeactivated,
)
from shared.contracts.notifier import NoticeFailed
from shared.kernel.ids import EntityId, NoticeId, PersonId
from shared.kernel.message import Event, Recorded
from tests.facts import id_of, recorded
from tests.notifier.hall import OF_PACKAGE, PACKAGE, Memory, day, drafted, invited, published, requested
from tests.world import MONDAY

EAST = EntityId(id_of("east"))
ANNA, NILS, RUT = (PersonId(id_of(name)) for name in ("anna", "nils", "rut"))
TERMS = {"package_id": PACKAGE, "edition": 1, "submission": 1, "by": "bo", "at": MONDAY, "approval": {}}


def people() -> list[Recorded]:
    told: list[Event] = [
        EntityRegistered(entity_id=EAST, number=3, label="East"),
        PersonActivated(person_id=ANNA, roles=("local",), entity_id=EAST, language="en"),
        PersonActivated(person_id=NILS, roles=("local",), entity_id=EAST),
        PersonActivated(person_id=RUT, roles=("central",)),
        group(ANNA),
    ]
    return [recorded(event, f"there-{at}") for at, event in enumerate(told)]


def group(*members: PersonId) -> GroupMembersChanged:
    return GroupMembersChanged(entity_id=EAST, group="notify", members=members)


def package() -> list[Recorded]:
    story = (drafted(), invited(str(EAST)), published())
    return [recorded(event, OF_PACKAGE, version) for version, event in enumerate(story)]


def notices(fact: Recorded, memory: Memory) -> list[QueueNotice]:
    found = list(react(fact, memory.recall))
    assert all(isinstance(command, QueueNotice) for command in found)
    return [command for command in found if isinstance(command, QueueNotice)]


def test_a_fact_heard_twice_gives_the_same_notices(memory: Memory) -> None:
    memory.hear([*people(), *package()])
    fact = package()[-1]
    once = notices(fact, memory)
    before = memory.dump()
    memory.hear([fact])
    assert notices(fact, memory) == once
    assert memory.dump() == before
    (notice,) = once
    assert (notice.person_id, notice.kind, notice.language) == (ANNA, "N4", "en")
    assert notice.because_of == fact.id
    assert notice.facts["package_name"] == "CAT12"
    assert notice.facts["entity"] == "East"


def test_who_joins_later_is_not_told_of_what_was_before(memory: Memory) -> None:
    memory.hear([*people(), *package(), recorded(group(ANNA, NILS), "there-9")])
    memory.hear([*people(), *package()])
    assert [notice.person_id for notice in notices(package()[-1], memory)] == [ANNA]


def test_a_group_that_was_empty_then_is_not_told_later_either(memory: Memory) -> None:
    memory.hear([*people()[:-1], *package(), recorded(group(ANNA), "there-9")])
    memory.hear(package())
    assert notices(package()[-1], memory) == []


def test_whoever_has_left_is_told_nothing(memory: Memory) -> None:
    memory.hear([*people(), recorded(PersonDeactivated(person_id=ANNA), "there-9"), *package()])
    assert notices(package()[-1], memory) == []


def asked_because_of(cause: UUID | None) -> Recorded:
    fact: ApprovalRequested = requested("role:central")
    return replace(recorded(fact, "request-1"), causation_id=cause)


def test_a_request_heard_before_what_it_is_about_waits_for_it(memory: Memory) -> None:
    handed_in = recorded(PackageSubmitted.model_validate(TERMS), OF_PACKAGE, 2)
    request = asked_because_of(handed_in.id)
    memory.hear([*people(), request])
    assert notices(request, memory) == []
    memory.hear([*package()[:2], handed_in])
    (late,) = notices(handed_in, memory)
    assert (late.kind, late.person_id, late.because_of) == ("N1", RUT, request.id)
    assert late.facts["package"] == "Spring offer"
    (again,) = notices(request, memory)
    assert (again.id, again.notice_id) == (late.id, late.notice_id)


def test_a_request_heard_after_what_it_is_about_is_told_at_once(memory: Memory) -> None:
    handed_in = recorded(PackageSubmitted.model_validate(TERMS), OF_PACKAGE, 2)
    memory.hear([*people(), *package()[:2], handed_in])
    assert notices(handed_in, memory) == []
    request = asked_because_of(handed_in.id)
    memory.hear([request])
    assert [notice.kind for notice in notices(request, memory)] == ["N1"]


def test_a_request_about_something_unknown_is_told_without_its_name(memory: Memory) -> None:
    request = asked_because_of(None)
    memory.hear([*people(), request])
    (notice,) = notices(request, memory)
    assert notice.facts == {
        "subject": "package",
        "version": "1",
        "deadline": f"{day(3):%Y-%m-%dT%H:%M:%S}Z",
        "silence": "escalate",
    }


def test_a_failure_sets_a_timer_unless_it_is_given_up(memory: Memory) -> None:
    failed = NoticeFailed(notice_id=NoticeId(id_of("n")), attempt=2, error="x", at=MONDAY, retry_at=day(1))
    (retry,) = react(recorded(failed), memory.recall)
    assert isinstance(retry, RetryNotice)
    assert (retry.at, retry.attempt) == (day(1), 2)
    assert list(react(recorded(failed.model_copy(update={"retry_at": None})), memory.recall)) == []


def test_no_notice_carries_a_persons_name(memory: Memory) -> None:
    memory.hear([*people(), *package()])
    (notice,) = notices(package()[-1], memory)
    assert set(notice.facts) <= {
        "package", "package_name", "level", "entity", "message", "starts_at", "ends_at", "registration_deadline",
    }  # fmt: skip
