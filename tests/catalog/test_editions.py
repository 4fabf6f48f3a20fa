"""Editions of a package as a fold of its facts: who may read which of them."""

from datetime import datetime

from services.catalog.deciders.editions import editions_of
from shared.contracts.catalog import PackageEvent
from shared.kernel.ids import EntityId
from shared.kernel.message import Actor
from tests.catalog.offers import day, details
from tests.catalog.package_facts import (
    AGAIN,
    APPROVED,
    EAST,
    NORTH,
    OFFERED,
    drafted,
    invited,
    published,
    revised,
    withdrawn,
)

SECOND = (
    *OFFERED,
    AGAIN,
    invited(EAST, edition=2),
    revised(details(label="Summer")).model_copy(update={"edition": 2}),
)
SEEN = day(2)
CENTRAL = Actor(id="bo", roles=frozenset({"central"}))


def local(entity: EntityId) -> Actor:
    return Actor(id="anna", roles=frozenset({"local"}), entity_id=entity)


def numbers(history: tuple[PackageEvent, ...], actor: Actor, at: datetime = SEEN) -> list[int]:
    return [one.package.edition for one in editions_of(history) if one.seen_by(actor, at)]


def test_an_edition_ends_as_it_stood_and_the_next_one_changes_it_no_more() -> None:
    first, second = editions_of(SECOND)
    assert (first.package.status, first.package.details.label, first.published_at) == (
        "published",
        "Spring",
        day(1),
    )
    assert (first.ended, second.ended, second.published_at) == (AGAIN, None, None)
    assert (second.package.status, second.package.details.label) == ("draft", "Summer")
    assert editions_of(()) == []


def test_an_entity_reads_the_editions_that_were_offered_to_it() -> None:
    assert numbers(SECOND, CENTRAL) == [1, 2]
    assert numbers(SECOND, local(EAST)) == [1]
    assert numbers(SECOND, local(NORTH)) == []
    offered = (*SECOND, APPROVED, published().model_copy(update={"edition": 2}))
    assert numbers(offered, local(EAST)) == [1, 2]
    assert numbers(offered, local(EAST), day(31)) == [1]


def test_an_edition_that_was_never_offered_is_read_by_head_office_alone() -> None:
    history = (drafted(), invited(), APPROVED, AGAIN)
    assert numbers(history, CENTRAL) == [1, 2]
    assert numbers(history, local(EAST)) == []


def test_who_was_taken_out_before_the_end_does_not_read_it() -> None:
    history = (*OFFERED, invited(NORTH), withdrawn(EAST), AGAIN)
    assert numbers(history, local(EAST)) == []
    assert numbers(history, local(NORTH)) == [1]


def test_a_local_package_without_a_list_was_offered_to_all() -> None:
    history = (drafted("local"), APPROVED, published("local", None), AGAIN)
    assert numbers(history, local(NORTH)) == [1]


def test_an_entity_of_the_audience_knows_of_itself_alone() -> None:
    (edition,) = editions_of((*OFFERED, invited(NORTH)))
    assert edition.audience_for(local(EAST)) == [EAST]
    assert edition.audience_for(CENTRAL) == [EAST, NORTH]
