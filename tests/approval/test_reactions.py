"""What others' facts make approval do to itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.approval.deciders.request_commands import (
    PassDeadline,
    RemindReviewers,
    RequestApproval,
    WithdrawRequest,
)
from shared.contracts.catalog import GroupMembersChanged, PackageCancelled, PersonDeactivated
from shared.contracts.ordering import OrderWithdrawn
from shared.kernel.ids import CampaignId, EntityId, PersonId, derive
from tests.approval.facts import ORDER, PACKAGE, day, edited, placed, stage_accepted, submitted
from tests.approval.memory import Memory
from tests.facts import id_of, recorded
from tests.world import MONDAY

EAST = EntityId(id_of("East"))
RUT = PersonId(id_of("rut"))
IN_EAST = GroupMembersChanged(entity_id=EAST, group="order-reviewers", members=(RUT,))


@pytest.fixture
def memory() -> Iterator[Memory]:
    opened = Memory()
    yield opened
    opened.db.close()


def test_hearing_a_fact_twice_gives_the_same_commands(memory: Memory) -> None:
    fact = recorded(submitted(reminders=({"hours_before": 24},)), f"package-{PACKAGE}", 3)
    first = memory.hear(fact)
    assert memory.hear(fact) == first
    assert [type(command) for command in first] == [RequestApproval, RemindReviewers, PassDeadline]


@pytest.mark.rule("R16")
def test_a_submitted_package_asks_its_reviewers_within_three_days_unless_told_otherwise(
    memory: Memory,
) -> None:
    request, deadline = memory.hear(recorded(submitted(reviewers=(f"person:{RUT}",))))
    assert isinstance(request, RequestApproval)
    assert (request.reviewers, request.deadline, deadline.at) == ((f"person:{RUT}",), day(3), day(3))
    request, _ = memory.hear(recorded(submitted(), version=1))[-2:]
    assert isinstance(request, RequestApproval)
    assert request.reviewers == ("role:central",)
    request, _ = memory.hear(recorded(submitted(answer_by=day(1)), version=2))[-2:]
    assert isinstance(request, RequestApproval)
    assert request.deadline == day(1)


@pytest.mark.rule("R17")
def test_reminders_are_by_date_or_by_hours_before_the_deadline(memory: Memory) -> None:
    terms = ({"hours_before": 12}, {"at": day(1)}, {"at": day(-1)}, {"hours_before": 100}, {"at": day(3)})
    _, *timers = memory.hear(recorded(submitted(reminders=terms)))
    assert [timer.at for timer in timers] == [day(1), day(2.5), day(3)]


def test_an_order_asks_the_reviewers_of_its_entity_or_head_office_where_there_are_none(
    memory: Memory,
) -> None:
    def asked(version: int) -> tuple[str, ...]:
        (request,) = (
            c for c in memory.hear(recorded(placed(EAST), version=version)) if isinstance(c, RequestApproval)
        )
        return request.reviewers

    assert asked(0) == ("role:central",)
    memory.hear(recorded(IN_EAST, "entity-east"))
    assert asked(1) == (f"group:{EAST}/order-reviewers",)
    memory.hear(recorded(PersonDeactivated(person_id=RUT), "person-rut"))
    assert asked(2) == ("role:central",)


def test_what_went_away_is_asked_about_no_more(memory: Memory) -> None:
    package, order = recorded(submitted(), "package-1"), recorded(placed(EAST), "order-1")
    memory.hear(package)
    memory.hear(order)
    cancelled = PackageCancelled(
        package_id=PACKAGE,
        edition=1,
        reference_id=CampaignId(id_of("reference")),
        at=MONDAY,
        by="bo",
        reason="Off",
        cascades=True,
    )
    (first,) = memory.hear(recorded(cancelled, "package-1", 1))
    assert isinstance(first, WithdrawRequest)
    assert (first.request_id, first.reason) == (derive("request", package.id), "Off")
    gone = OrderWithdrawn(order_id=ORDER, package_id=PACKAGE, entity_id=EAST, at=MONDAY, by="anna")
    (second,) = memory.hear(recorded(gone, "order-1", 1))
    assert isinstance(second, WithdrawRequest)
    assert second.request_id == derive("request", order.id)


def test_handing_in_again_replaces_the_open_question(memory: Memory) -> None:
    first = recorded(placed(EAST), "order-1")
    memory.hear(first)
    old, new, _ = memory.hear(recorded(placed(EAST, revision=2), "order-1", 4))
    assert isinstance(old, WithdrawRequest)
    assert isinstance(new, RequestApproval)
    assert old.request_id == derive("request", first.id) != new.request_id
    assert new.subject_version == 2


def test_memory_is_the_same_after_hearing_twice(memory: Memory) -> None:
    facts = [
        recorded(IN_EAST, "entity-east"),
        recorded(submitted(), "package-1"),
        recorded(placed(EAST), "order-1"),
        recorded(edited(), "order-1", 1),
        recorded(stage_accepted(), "request-1"),
    ]

    def rows() -> list[Any]:
        tables = ("seen_groups", "seen_people", "seen_submissions", "seen_stages", "seen_details")
        return [memory.recall(f"SELECT * FROM {table} ORDER BY 1") for table in tables]

    for fact in facts:
        memory.hear(fact)
    once = rows()
    for fact in facts:
        memory.hear(fact)
    assert rows() == once
