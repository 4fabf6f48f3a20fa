"""Looking at what is stored, checking it, and repairing it, on the command line."""

import asyncio
import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.cli.ground import held
from shared.kernel.message import NewEvent
from tests.cli.conftest import Here
from tests.world import MONDAY, World, open_world

POISON = "EntityRegistered"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Some entities and a person, stored and closed."""

    async def fill(world: World) -> None:
        for label in ("East", "North", "South"):
            await world.entity(label)
        await world.person("anna", "local", entity=await world.entity("West"))

    return _stored(tmp_path / "data", fill)


def test_verify_finds_everything_as_it_was_stored(directory: Path, here: Here) -> None:
    code, said, errors = here(directory, "verify", "--json")
    assert (code, errors) == (0, "")
    assert json.loads(said)["findings"] == 0


@pytest.mark.row("L10")
def test_verify_names_the_stream_and_version_of_a_changed_fact(directory: Path, here: Here) -> None:
    with closing(sqlite3.connect(directory / "catalog.events.db")) as db, db:
        (stream,) = db.execute("SELECT stream FROM events WHERE position = 2").fetchone()
        db.execute(
            "UPDATE events SET data = cast(replace(data, 'North', 'Nurth') AS BLOB) WHERE stream = ?",
            (stream,),
        )
    code, said, errors = here(directory, "verify")
    assert code == 1
    assert f"{stream}@0" in said
    assert "not as they were stored" in errors


def test_verify_and_rebuild_find_a_view_that_says_otherwise_and_rebuild_mends_it(
    directory: Path, here: Here
) -> None:
    with closing(sqlite3.connect(directory / "catalog.views.db")) as db, db:
        db.execute("UPDATE entity_list SET label = 'Wrong' WHERE label = 'East'")
    code, said, _ = here(directory, "verify")
    assert code == 1
    assert "catalog.entity_list: entity_list" in said
    code, said, _ = here(directory, "rebuild", "catalog.entity_list", "--json")
    assert code == 0
    assert {json.loads(line)["table"]: json.loads(line)["different"] for line in said.splitlines()}[
        "entity_list"
    ] == 2
    assert here(directory, "verify")[0] == 0
    assert here(directory, "rebuild", "catalog.nothing")[0] == 2


def test_a_backup_restored_elsewhere_is_the_same_and_never_overwrites(
    directory: Path, tmp_path: Path, here: Here
) -> None:
    copy, other = tmp_path / "copy", tmp_path / "other"
    assert here(directory, "backup", str(copy))[0] == 0
    assert here(directory, "backup", str(copy))[0] == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in copy.glob("*.db")} == {0o600}
    assert here(other, "restore", str(copy))[0] == 0
    assert here(other, "events", "tail", "--json")[1] == here(directory, "events", "tail", "--json")[1]
    assert here(other, "verify")[0] == 0
    code, _, errors = here(directory, "restore", str(copy))
    assert code == 2
    assert "move it away" in errors


def test_facts_are_lines_and_a_stream_is_shown_version_by_version(directory: Path, here: Here) -> None:
    code, said, _ = here(directory, "events", "tail", "--limit", "2", "--json")
    last = [json.loads(line) for line in said.splitlines()]
    assert code == 0
    assert [one["event"] for one in last] == ["EntityRegistered", "PersonActivated"]
    code, said, _ = here(directory, "stream", "show", last[0]["stream"], "--json")
    (fact,) = [json.loads(line) for line in said.splitlines()]
    assert (fact["version"], json.loads(fact["fact"])["label"]) == (0, "West")
    for wrong in ("entity-none", "nothing-1"):
        assert here(directory, "stream", "show", wrong)[0] == 2


def test_consumers_and_timers_are_listed(directory: Path, here: Here) -> None:
    code, said, _ = here(directory, "consumers", "--json")
    rows = [json.loads(line) for line in said.splitlines()]
    assert code == 0
    assert {row["behind"] for row in rows if row["consumer"] == "catalog.entity_list"} == {0}
    assert {"notifier.mails", "ordering.reactions"} <= {row["consumer"] for row in rows}
    assert here(directory, "timers", "list") == (0, "", "")


def test_a_parked_stream_is_listed_shown_tried_again_and_discarded(tmp_path: Path, here: Here) -> None:
    stream = f"entity-{uuid4()}"

    async def poison(world: World) -> None:
        meta = json.dumps({"at": MONDAY.isoformat(), "actor": "somebody"}).encode()
        event = NewEvent(uuid4(), POISON, 2, b"{}", meta, uuid4())  # of a version to come
        await world.product.house.desks["catalog"].store.append(stream, -1, [event])
        await world.entity("East")
        await world.settle()

    directory = _stored(tmp_path / "data", poison)
    rows = [json.loads(line) for line in here(directory, "parked", "list", "--json")[1].splitlines()]
    stopped = {row["consumer"]: row for row in rows}
    assert stopped["catalog.entity_list"]["type"] == POISON
    name = ("catalog.entity_list", stream)
    assert POISON in here(directory, "parked", "show", *name)[1]
    code, _, errors = here(directory, "parked", "redrive", *name)
    assert code == 1
    assert "stopped again at version 0" in errors
    assert here(directory, "parked", "discard", *name)[0] == 0
    left = here(directory, "parked", "list", "--json")[1]
    assert "catalog.entity_list" not in {json.loads(line)["consumer"] for line in left.splitlines()}
    assert here(directory, "parked", "discard", *name)[0] == 2
    assert here(directory, "parked", "discard", "nobody.nothing", stream)[0] == 2


def test_tables_that_newer_code_has_brought_forward_are_refused_with_a_sentence(
    directory: Path, here: Here
) -> None:
    with closing(sqlite3.connect(directory / "ordering.views.db")) as db, db:
        db.execute("UPDATE schema_versions SET version = 99")
    code, said, errors = here(directory, "parked", "list")
    assert (code, said) == (2, "")
    assert errors.startswith(
        "samverkan: the tables of the engine have schema version 99, and this code knows "
    )


def test_a_user_can_be_added_and_then_signs_in(directory: Path, here: Here) -> None:
    words = ("--name", "Eva Exempel", "--email", "eva@example.test", "--role", "central", "--json")
    code, said, errors = here(directory, "user", "add", "eva", *words)
    assert (code, errors) == (0, "")
    made = json.loads(said)

    async def sign_in() -> Any:
        async with open_world(directory) as world:
            await world.settle()
            form = {"username": "eva", "password": made["password"]}
            return (await world.client.post("/api/v1/token", data=form)).status_code

    assert asyncio.run(sign_in()) == 200
    wrong = ("--name", "X", "--email", "x@example.test", "--role", "local")
    code, _, errors = here(directory, "user", "add", "x", *wrong)
    assert (code, "person.entity-needed" in errors) == (2, True)
    assert here(directory, "user", "add", "x", *wrong[:-1], "boss")[0] == 2


def test_settings_show_where_each_comes_from_and_mask_secrets(tmp_path: Path, here: Here) -> None:
    key = "a-very-secret-key-of-enough-letters"
    code, said, _ = here(tmp_path, "settings", "--json", SAMVERKAN_SECRET_KEY=key)
    rows = {row["name"]: row for row in map(json.loads, said.splitlines())}
    assert code == 0
    assert key not in said
    assert rows["SAMVERKAN_SECRET_KEY"]["origin"] == "environment"
    assert rows["SAMVERKAN_LANGUAGE"] == {"name": "SAMVERKAN_LANGUAGE", "value": "sv", "origin": "default"}


def test_the_doctor_says_what_is_well_and_what_to_do_where_it_is_not(tmp_path: Path, here: Here) -> None:
    assert here(tmp_path, "doctor")[0] == 0
    code, said, errors = here(tmp_path, "doctor", SAMVERKAN_SMTP_URL="ftp://nowhere")
    assert code == 1
    assert "SAMVERKAN_SMTP_URL" in said
    assert errors == "samverkan: not well: mail\n"


def test_what_was_never_stored_and_what_nobody_knows_is_wrong_use(tmp_path: Path, here: Here) -> None:
    for words in (("verify",), ("events", "tail"), ("backup", str(tmp_path / "copy")), ("nonsense",)):
        assert here(tmp_path / "none", *words)[0] == 2


def test_the_data_directory_has_one_holder(tmp_path: Path, here: Here) -> None:
    with held(tmp_path):
        code, _, errors = here(tmp_path, "restore", str(_backup(tmp_path)))
    assert code == 2
    assert "in use" in errors
    assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600


def _backup(directory: Path) -> Path:
    made = directory / "backup"
    made.mkdir()
    with closing(sqlite3.connect(made / "catalog.events.db")) as db:
        db.execute("CREATE TABLE events (position INTEGER)")
    return made


def _stored(directory: Path, fill: Any) -> Path:
    async def run() -> None:
        async with open_world(directory) as world:
            await fill(world)
            await world.settle()

    asyncio.run(run())
    return directory
