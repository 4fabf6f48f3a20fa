"""Rules of blackouts, one line each; and their rows."""

import sqlite3
from datetime import date
from typing import Any

from services.catalog.deciders.blackout import BLACKOUT, LiftBlackout, SetBlackout
from services.catalog.projections import blackout_list
from services.catalog.projections.blackout_list import BLACKOUT_LIST
from shared.contracts.catalog import BlackoutLifted, BlackoutSet
from shared.kernel.ids import EntityId
from shared.kernel.message import Actor
from tests.facts import id_of, recorded
from tests.spec import spec
from tests.world import MONDAY

given = spec(BLACKOUT)
ID, EAST, NORTH = id_of("blackout"), EntityId(id_of("east")), EntityId(id_of("north"))
BO = Actor(id="bo", roles=frozenset({"central"}))
ANNA = Actor(id="anna", roles=frozenset({"local"}), entity_id=EAST)
FIRST, LAST = date(2026, 12, 21), date(2027, 1, 6)


def keep(by: Actor = BO, entity: EntityId | None = None, **more: Any) -> SetBlackout:
    wish = {"label": " Closed ", "starts_on": FIRST, "ends_on": LAST, "entity_known": True, **more}
    return SetBlackout(id=id_of("command"), at=MONDAY, by=by, blackout_id=ID, entity_id=entity, **wish)


def kept(by: str = "bo", entity: EntityId | None = None) -> BlackoutSet:
    return BlackoutSet(
        blackout_id=ID, entity_id=entity, label="Closed", starts_on=FIRST, ends_on=LAST, by=by, at=MONDAY
    )


def lift(by: Actor = BO) -> LiftBlackout:
    return LiftBlackout(id=id_of("command"), at=MONDAY, by=by, blackout_id=ID)


def lifted(by: str = "bo") -> BlackoutLifted:
    return BlackoutLifted(blackout_id=ID, by=by, at=MONDAY)


def test_head_office_keeps_days_free_for_all_or_one_and_an_entity_for_itself() -> None:
    given()(keep())(kept())
    given()(keep(entity=NORTH))(kept(entity=NORTH))
    given()(keep(ANNA, EAST))(kept("anna", EAST))
    given()(keep(ANNA, NORTH))("blackout.not-yours")
    given()(keep(ANNA))("blackout.not-yours")
    given(kept())(keep())()


def test_a_blackout_that_does_not_hold_together_is_refused() -> None:
    given()(keep(entity=NORTH, entity_known=False))("blackout.entity-unknown")
    given()(keep(label=" "))("blackout.label-missing")
    given()(keep(starts_on=LAST, ends_on=FIRST))("calendar.days-reversed")
    given()(keep(ends_on=FIRST))(kept().model_copy(update={"ends_on": FIRST}))


def test_days_are_given_back_once_by_whom_they_belong_to() -> None:
    given(kept())(lift())(lifted())
    given(kept(), lifted())(lift())()
    given(kept(entity=EAST))(lift(ANNA))(lifted("anna"))
    given(kept(entity=EAST))(lift())(lifted())
    given(kept())(lift(ANNA))("blackout.not-yours")
    given(kept(entity=NORTH))(lift(ANNA))("blackout.unknown")
    given()(lift())("blackout.unknown")


def rows(*events: BlackoutSet | BlackoutLifted, times: int, first: str, last: str) -> list[str]:
    with sqlite3.connect(":memory:") as db:
        for table in BLACKOUT_LIST.tables:
            db.execute(table)
        for version, event in enumerate(events):
            for _ in range(times):
                for sql, params in BLACKOUT_LIST.apply(recorded(event, f"blackout-{ID}", version)):
                    db.execute(sql, params)
        found = db.execute(blackout_list.FOR, {"entity": str(EAST), "first": first, "last": last})
        labels = [row[2] for row in found]
    db.close()
    return labels


def test_a_blackout_holds_for_whom_it_was_set_on_its_days_until_it_is_lifted() -> None:
    for times in (1, 2):
        assert rows(kept(), times=times, first="2027-01-06", last="2027-02-01") == ["Closed"]
        assert rows(kept(), times=times, first="2026-12-01", last="2026-12-21") == ["Closed"]
        assert rows(kept(), times=times, first="2027-01-07", last="2027-02-01") == []
        assert rows(kept(), times=times, first="2026-12-01", last="2026-12-20") == []
        assert rows(kept(entity=EAST), times=times, first="2027-01-01", last="2027-01-01") == ["Closed"]
        assert rows(kept(entity=NORTH), times=times, first="2027-01-01", last="2027-01-01") == []
        assert rows(kept(), lifted(), times=times, first="2027-01-01", last="2027-01-01") == []
