"""Names and addresses of persons stand in the one table that owns them, and nowhere else on the disk or in a log."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.notifier.hall import OF_PACKAGE, cancelled, drafted, invited, open_hall, published
from tests.notifier.post_office import post_office
from tests.world import Person, World, open_world

NAME, ADDRESS = "Kanariefågel Ögonsten", "kanarie.ogonsten@canary.test"
CUSTOMER, CUSTOMERS = "Gråsparv Åkerlund", "grasparv.akerlund@canary.test"
OWNERS = {
    "catalog.views.db": ("DELETE FROM person_addresses WHERE email = ?", ADDRESS),
    "campaigns.views.db": ("DELETE FROM recipients WHERE email = ?", CUSTOMERS),
}
"""Whose table holds the address of somebody who works here, and whose that of a customer."""
OURS = ("services", "shared", "uvicorn", "aiosmtplib", "httpx", "asyncio")
"""Whose log lines are the product's; the mail server of the test is not."""
CANARIES = (NAME, ADDRESS, "kanarie.ogonsten", CUSTOMER, CUSTOMERS, "grasparv.akerlund")


async def lived_through(world: World) -> str:
    """Somebody with a telling name takes part in everything; what the product answered about it."""
    hall = await open_hall(world)
    body = {"name": NAME, "email": ADDRESS, "roles": ["local"], "entity_id": hall.entities["East"]}
    canary = (await world.root().made("/people", body))["person_id"]
    await import_customer(world.root(), hall.entities["East"])
    members = {"members": [canary]}
    assert (
        await world.root().put(f"/entities/{hall.entities['East']}/groups/notify", members)
    ).status_code == 200
    await hall.tell("catalog", OF_PACKAGE, drafted(), invited(hall.entities["East"]), published())
    await hall.tell("catalog", OF_PACKAGE, cancelled())
    await world.advance(days=3)
    told = await hall.notices()
    assert {notice["person_id"] for notice in told} == {canary}
    pages = [await world.client.get(f"/mailbox/{notice['notice_id']}") for notice in told]
    return str(told) + "".join(page.text for page in pages)


async def import_customer(by: Person, entity_id: str) -> None:
    """Somebody whom a campaign of this entity will reach."""
    rows = f"entity_id,name,email,birth_year\n{entity_id},{CUSTOMER},{CUSTOMERS},1990\n"
    sent = await by.world.client.post(
        "/api/v1/recipients/import",
        files={"file": ("r.csv", rows.encode(), "text/csv")},
        headers=by._headers({"Idempotency-Key": "a customer"}),
    )
    assert (sent.status_code, found_in(sent.text)) == (200, [])


def found_in(text: str | bytes) -> list[str]:
    known = text.encode() if isinstance(text, str) else text
    return [canary for canary in CANARIES if canary.encode() in known]


def searched(directory: Path) -> dict[str, list[str]]:
    """Every file below in which a canary stands, byte for byte."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert len(files) >= 12, "an event store and a database per service"
    return {path.name: found for path in files if (found := found_in(path.read_bytes()))}


@pytest.mark.row("L08")
@pytest.mark.parametrize("smtp", [False, True])
async def test_a_canary_is_found_only_in_the_table_that_owns_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, smtp: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    with post_office() as office:
        office.refusals = [("mail", "451 Later"), ("recipient", "550 <{address}> is unknown here")]
        async with open_world(tmp_path, smtp_url=office.url if smtp else "") as world:
            answered = await lived_through(world)
    assert found_in(answered) == []
    assert [
        record.name for record in caplog.records if record.name.startswith(OURS) and found_in(told(record))
    ] == []
    holding = searched(tmp_path)
    assert {name.removesuffix("-wal") for name in holding} == OWNERS.keys()
    for name, (erase, address) in OWNERS.items():
        assert address in {canary for file in (name, f"{name}-wal") for canary in holding.get(file, [])}
        with closing(sqlite3.connect(tmp_path / name)) as db:
            assert db.execute(erase, [address]).rowcount == 1
            db.commit()
            db.execute("VACUUM")
    assert searched(tmp_path) == {}


def told(record: logging.LogRecord) -> str:
    """All of a log record, with what was given beside its words."""
    trace = str(record.exc_info[1]) if record.exc_info else ""
    return record.getMessage() + str(record.__dict__.get("extra", "")) + str(record.__dict__) + trace
