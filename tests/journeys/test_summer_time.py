"""A deadline in the night in which Swedish clocks are moved, as people meet it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.runtime.moved import Clock
from tests.journeys.story import begin
from tests.world import open_world

SECOND = timedelta(seconds=1)


@pytest.mark.row("I16")
@pytest.mark.rule("R3", "R44")
@pytest.mark.parametrize(
    ("written", "instant", "told"),
    [
        ("2026-03-29T03:15:00+02:00", datetime(2026, 3, 29, 1, 15, tzinfo=UTC), "29 mars 2026 03:15"),
        ("2026-03-28T20:15:00-05:00", datetime(2026, 3, 29, 1, 15, tzinfo=UTC), "29 mars 2026 03:15"),
        ("2026-10-25T02:15:00+02:00", datetime(2026, 10, 25, 0, 15, tzinfo=UTC), "25 oktober 2026 02:15"),
        ("2026-10-25T02:15:00+01:00", datetime(2026, 10, 25, 1, 15, tzinfo=UTC), "25 oktober 2026 02:15"),
    ],
)
async def test_a_deadline_is_the_same_instant_however_it_is_written_and_is_told_locally(
    tmp_path: Path, written: str, instant: datetime, told: str
) -> None:
    async with open_world(tmp_path, Clock(instant - timedelta(days=5))) as world:
        story = await begin(world)
        package_id = await story.published("by_form", registration_deadline=written)
        order = {"values": {"greeting": "Hello"}}
        await world.until(instant)
        assert (await story.people["anna"].post(f"/packages/{package_id}/orders", order)).status_code == 201
        await world.until(instant + SECOND)
        late = await story.people["nils"].post(
            f"/packages/{package_id}/orders", order, **{"Accept-Language": "sv"}
        )
        assert (late.status_code, late.json()["detail"]) == (409, f"Registreringsdeadline var {told}.")
        shown = (await story.central.read(f"/packages/{package_id}"))["registration_deadline"]
        assert datetime.fromisoformat(shown) == instant
