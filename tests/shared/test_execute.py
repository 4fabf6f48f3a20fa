"""From a command to a stream: races, repeats, reused keys, stale edits."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.catalog.deciders.entity import ENTITY, RegisterEntity, ReviseEntityDetails
from services.catalog.deciders.person import PERSON, ActivatePerson, DeactivatePerson
from shared.contracts.catalog import EntityRegistered, PersonActivated
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId
from shared.kernel.message import Actor, NewEvent, Stored
from shared.runtime.execute import ATTEMPTS, Asked, Done, execute
from shared.store.port import VersionConflict
from shared.store.sqlite import SQLiteStore
from tests.shared.stores import Unlucky, opened_sqlite
from tests.shared.toys import person
from tests.world import MONDAY

ANNA = Actor(id="anna", roles=frozenset({"admin"}))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SQLiteStore]:
    async with opened_sqlite(tmp_path) as opened:
        yield opened


def activate(number: int = 1, id_: UUID | None = None, language: str = "sv") -> ActivatePerson:
    who = {"person_id": person(number), "roles": ("central",), "language": language}
    return ActivatePerson.model_validate({"id": id_ or uuid4(), "at": MONDAY, "by": ANNA, **who})


def off(id_: UUID | None = None) -> DeactivatePerson:
    return DeactivatePerson(id=id_ or uuid4(), at=MONDAY, by=ANNA, person_id=person(1))


@pytest.mark.row("J18")
async def test_the_same_command_ten_times_at_once_has_one_effect_and_one_answer(store: SQLiteStore) -> None:
    command = activate()
    answers = await asyncio.gather(*(execute(store, PERSON, command, Asked(digest="x")) for _ in range(10)))
    assert {(answer.version, len(answer.events)) for answer in answers if isinstance(answer, Done)} == {
        (0, 1)
    }
    later = await execute(store, PERSON, command, Asked(digest="x"))
    assert isinstance(later, Done)
    assert later.replayed
    assert len(await store.read(f"person-{person(1)}")) == 1


@pytest.mark.row("J18")
async def test_the_same_id_with_other_content_is_refused(store: SQLiteStore) -> None:
    id_ = uuid4()
    await execute(store, PERSON, activate(1, id_), Asked(digest="one"))
    same_stream = await execute(store, PERSON, activate(1, id_, "en"), Asked(digest="two"))
    other_stream = await execute(store, PERSON, activate(2, id_), Asked(digest="two"))
    for refused in (same_stream, other_stream):
        assert isinstance(refused, Refused)
        assert (refused.code, refused.kind) == ("request.key-reused", "invalid")
    assert await store.last_position() == 1


async def test_an_edit_of_what_has_moved_is_stale(store: SQLiteStore) -> None:
    await execute(store, PERSON, activate())
    refused = await execute(store, PERSON, off(), Asked(if_version=4))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.facts["version"]) == ("request.stale", 0)
    done = await execute(store, PERSON, off(), Asked(if_version=0))
    assert isinstance(done, Done)
    assert done.version == 1


@pytest.mark.row("J01")
async def test_who_loses_a_race_decides_again_on_what_the_winner_left(store: SQLiteStore) -> None:
    await execute(store, PERSON, activate())
    answers = await asyncio.gather(*(execute(store, PERSON, off()) for _ in range(64)))
    assert [len(answer.events) for answer in answers if isinstance(answer, Done)].count(1) == 1
    assert [event.version for event in await store.read(f"person-{person(1)}")] == [0, 1]


@pytest.mark.row("J18")
@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_unclear_commit_is_cleared_before_anybody_is_answered(store: SQLiteStore, when: str) -> None:
    Unlucky(store._writer).fail = when
    done = await execute(store, PERSON, activate())
    assert isinstance(done, Done)
    assert [event.version for event in await store.read(f"person-{person(1)}")] == [done.version] == [0]


async def test_a_race_that_is_lost_again_and_again_is_said_to_be(store: SQLiteStore) -> None:
    class AlwaysLate(SQLiteStore):
        tries = 0

        def __init__(self) -> None:
            pass

        async def read(self, stream: str, after: int = -1) -> Sequence[Stored]:
            return await store.read(stream, after)

        async def append(self, stream: str, expected: int, events: Sequence[NewEvent]) -> int:
            del events
            self.tries += 1
            raise VersionConflict(stream, expected, expected + 1)

    late = AlwaysLate()
    with pytest.raises(VersionConflict):
        await execute(late, PERSON, activate())
    assert late.tries == ATTEMPTS


async def test_a_number_is_drawn_when_a_stream_begins_and_not_for_a_repeat(store: SQLiteStore) -> None:
    def register(label: str, id_: UUID) -> RegisterEntity:
        return RegisterEntity(id=id_, at=MONDAY, by=ANNA, entity_id=EntityId(id_), label=label)

    first, second = uuid4(), uuid4()
    for id_ in (first, first, second):
        done = await execute(store, ENTITY, register("East", id_))
        assert isinstance(done, Done)
    numbers = []
    for id_ in (first, second):
        (stored,) = await store.read(f"entity-{id_}")
        numbers.append(EntityRegistered.model_validate_json(stored.data).number)
    assert numbers == [1, 2]
    revise = ReviseEntityDetails(id=uuid4(), at=MONDAY, by=ANNA, entity_id=EntityId(first), label="East")
    assert (await execute(store, ENTITY, revise)) == Done(f"entity-{first}", 0, [])


async def test_the_envelope_leads_back_to_the_first_click(store: SQLiteStore) -> None:
    click, cause = uuid4(), uuid4()
    await execute(store, PERSON, activate(), Asked(causation_id=cause, correlation_id=click))
    (stored,) = await store.read(f"person-{person(1)}")
    assert PersonActivated.model_validate_json(stored.data).roles == ("central",)
    assert str(click).encode() in stored.meta
    assert str(cause).encode() in stored.meta
