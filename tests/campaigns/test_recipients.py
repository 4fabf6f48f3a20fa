"""Recipients: imported all or none, linked to an entity, counted by a query, seen by their own, erased."""

import csv
import io
from collections.abc import Sequence
from time import perf_counter
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response

from services.campaigns.projections.recipients import LIST, PUT, count_of
from services.campaigns.routes.recipient_sheet import COLUMNS, NEEDED, read_recipients
from shared.kernel.projection import Row
from shared.web.filled_sheets import lines_of
from tests.facts import id_of
from tests.world import Person, World

EAST, WEST = str(id_of("east")), str(id_of("west"))
ENTITIES = [
    {"entity_id": EAST, "origin": "East"},
    {"entity_id": WEST, "origin": "West"},
    {"entity_id": str(id_of("none")), "origin": ""},
]
HEADER = "origin,name,email,birth_year,city,channel\n"
ONE = "East,Eva,eva@example.test,1985,Visby,sms\n"


def read(
    text: str | bytes, entities: Sequence[Row] = ENTITIES
) -> tuple[Sequence[dict[str, Any]], Sequence[tuple[int, str]]]:
    raw = text if isinstance(text, bytes) else text.encode()
    lines, wrong = lines_of(raw, COLUMNS, NEEDED)
    rows, faults = read_recipients(lines, entities)
    found = sorted([*wrong, *faults], key=lambda fault: fault.row)
    return rows, [(fault.row, fault.column) for fault in found]


def test_a_recipient_falls_to_the_entity_of_its_origin() -> None:
    ((row,), problems) = read(HEADER + ONE)
    assert problems == []
    assert (row["entity_id"], row["name"], row["birth_year"], row["channel"]) == (EAST, "Eva", 1985, "sms")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + ONE,
        (HEADER + ONE).replace("\n", "\r\n"),
        (HEADER + ONE).replace("\n", "\r"),
        (HEADER + ONE).replace(",", ";"),
        HEADER + "\n" + ONE + "\n",
        HEADER + ONE.replace("Eva", ' "Eva" '.strip()),
    ],
)
def test_files_as_spreadsheets_write_them(text: str) -> None:
    assert read(text) == read(HEADER + ONE)


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        ("East,,eva@example.test,,,", [(1, "name")]),
        ("East,Eva,,,,", [(1, "email")]),
        ("East,Eva,eva at home,,,", [(1, "email")]),
        ("East,Eva,a@b c@d,,,", [(1, "email")]),
        ("South,Eva,eva@example.test,,,", [(1, "origin")]),
        (",Eva,eva@example.test,,,", [(1, "origin")]),
        ("East,Eva,eva@example.test,85,,", [(1, "birth_year")]),
        ("East,Eva,eva@example.test,²,,", [(1, "birth_year")]),
        (f"East,Eva,eva@example.test,{'9' * 5000},,", [(1, "birth_year")]),
        ("East,Eva,eva@example.test,,,,surplus", [(1, "row")]),
        (f"{ONE}{ONE.replace('Eva', 'Eve')}", [(2, "row")]),
        ("South,,nobody,1,,", [(1, "name"), (1, "email"), (1, "birth_year"), (1, "origin")]),
        ("South,Eva,eva@example.test,,,\nEast,Eva,,,,", [(1, "origin"), (2, "email")]),
    ],
)
def test_every_problem_is_told_by_row_and_column(line: str, problems: list[tuple[int, str]]) -> None:
    assert read(HEADER + line)[1] == problems


@pytest.mark.parametrize(
    ("file", "problems"),
    [
        (b"", [(0, "name"), (0, "email")]),
        (b"\xff\xfe\x00", [(0, "file")]),
        (b"name,email\0\n", [(0, "file")]),
        (b"name,email,name\n", [(0, "name")]),
        (b"name,email,shoe_size\n", [(0, "shoe_size")]),
        (b'name,email\n"' + b"x" * 200_000, [(0, "file")]),
        (b"recipient_id,entity_id,name,email\na/b,x,Eva,e@x\n", [(1, "recipient_id"), (1, "entity_id")]),
    ],
)
def test_what_is_no_such_file(file: bytes, problems: list[tuple[int, str]]) -> None:
    assert read(file)[1] == problems


def test_a_header_alone_is_nobody() -> None:
    assert read(HEADER) == ([], [])


def test_an_origin_of_two_entities_decides_nothing() -> None:
    twice = [*ENTITIES, {"entity_id": str(id_of("other")), "origin": "East"}]
    assert read(HEADER + ONE, twice)[1] == [(1, "origin")]


def test_the_same_file_twice_is_the_same_people() -> None:
    ((row,), _), ((again,), _) = read(HEADER + ONE), read(HEADER + ONE.replace("eva@", "EVA@"))
    assert row["recipient_id"] == again["recipient_id"]


async def send(person: Person, text: str, **more: Any) -> Response:
    headers = person._headers({"Idempotency-Key": str(uuid4())})
    file = {"file": ("people.csv", text.encode(), "text/csv")}
    return await person.world.client.post(
        "/api/v1/recipients/import", files=file, headers=headers, params=more
    )


@pytest.fixture
async def east(world: World) -> str:
    return await world.entity("East shop", origin="East")


@pytest.mark.row("A09")
async def test_a_recipient_with_origin_east_falls_to_east(world: World, east: str) -> None:
    west = await world.entity("West shop", origin="West")
    bo = await world.person("bo", "central")
    anna = await world.person("anna", "local", entity=east)
    vera = await world.person("vera", "local", entity=west)
    await world.settle()
    sent = await send(bo, HEADER + ONE + "West,Ville,ville@example.test,1990,Mora,email\n")
    assert (sent.status_code, sent.json()) == (200, {"rows": 2, "stored": 2, "problems": []})
    for person, entity, names in ((anna, east, ["Eva"]), (vera, west, ["Ville"])):
        found = (await person.read("/recipients"))["items"]
        assert [one["name"] for one in found] == names
        assert {one["entity_id"] for one in found} == {entity}
    assert len((await bo.read("/recipients"))["items"]) == 2


async def test_nothing_is_stored_where_anything_is_wrong_or_only_checked(world: World, east: str) -> None:
    del east
    bo = await world.person("bo", "central")
    await world.settle()
    wrong = await send(bo, HEADER + ONE + "South,Nobody,nobody@example.test,,,\n")
    assert (wrong.status_code, wrong.json()["stored"]) == (422, 0)
    (told,) = wrong.json()["problems"]
    assert (told["row"], told["column"], told["code"]) == (2, "origin", "sheet-recipient.origin-unknown")
    assert told["problem"] == "No open entity has this origin."
    tried = await send(bo, HEADER + ONE, dry_run=True)
    assert (tried.status_code, tried.json()["stored"]) == (200, 0)
    assert (await bo.read("/recipients"))["items"] == []


async def test_a_formula_stays_a_text_and_a_page_follows_a_page(world: World, east: str) -> None:
    del east
    bo = await world.person("bo", "central")
    await world.settle()
    out = io.StringIO()
    csv.writer(out).writerows(
        [("East", f'=HYPERLINK("http://x";{n})', f"p{n}@example.test", "", "", "") for n in range(3)]
    )
    for _ in range(2):
        assert (await send(bo, HEADER + out.getvalue())).status_code == 200
    first = await bo.read("/recipients", limit=2)
    second = await bo.read("/recipients", limit=2, cursor=first["next"])
    names = [one["name"] for one in first["items"] + second["items"]]
    assert sorted(names) == [f'=HYPERLINK("http://x";{n})' for n in range(3)]
    assert second["next"] is None


async def test_only_head_office_imports_and_what_is_no_form_is_refused(world: World, east: str) -> None:
    anna = await world.person("anna", "local", entity=east)
    bo = await world.person("bo", "central")
    assert (await send(anna, HEADER + ONE)).status_code == 403
    assert (await bo.post("/recipients/import", {"file": "x"})).status_code == 422


async def test_a_person_is_erased_by_its_entity_or_head_office_and_by_nobody_else(
    world: World, east: str
) -> None:
    west = await world.entity("West shop", origin="West")
    bo = await world.person("bo", "central")
    anna = await world.person("anna", "local", entity=east)
    vera = await world.person("vera", "local", entity=west)
    await world.settle()
    await send(bo, HEADER + ONE + "East,Emil,emil@example.test,1990,Mora,email\n")
    first, second = [one["recipient_id"] for one in (await anna.read("/recipients"))["items"]]
    assert (await vera.delete(f"/recipients/{first}")).status_code == 404
    assert (await anna.delete(f"/recipients/{first}")).status_code == 200
    assert (await anna.delete(f"/recipients/{first}")).status_code == 404
    assert (await bo.delete(f"/recipients/{second}")).status_code == 200
    assert (await bo.read("/recipients"))["items"] == []
    desk = world.product.house.desks["campaigns"]
    assert await desk.rows(LIST, {"entity_id": "", "after": "", "limit": 10}) == []


async def test_twenty_thousand_recipients_are_counted_by_an_index(world: World) -> None:
    desk = world.product.house.desks["campaigns"]
    people = [
        {
            "recipient_id": f"r{n}",
            "entity_id": f"e{n % 20}",
            "name": f"Person {n}",
            "email": f"p{n}@example.test",
            "birth_year": 1940 + n % 70,
            "city": "Visby",
            "origin": "",
            "channel": "email",
        }
        for n in range(20_000)
    ]
    await desk.db.commit([(PUT, person) for person in people])
    sql, params = count_of([("born", 1977, 1996), ("channel", "email", "email")], "e7")
    before = perf_counter()
    (found,) = await desk.rows(sql, params)
    assert perf_counter() - before < 1
    wanted = [p for p in people if p["entity_id"] == "e7" and 1977 <= int(str(p["birth_year"])) <= 1996]
    assert found["found"] == len(wanted) > 100
    plan = await desk.rows(f"EXPLAIN QUERY PLAN {sql}", params)
    assert "recipients_by_age" in str(plan)
