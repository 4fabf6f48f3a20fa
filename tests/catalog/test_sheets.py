"""Entities and people from sheets, lists as sheets: every problem by row and column, and nothing stored with one."""

import csv
import io
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from httpx2 import Response
from openpyxl import Workbook, load_workbook

from shared.web.filled_sheets import LARGEST_UNPACKED, MOST_ROWS
from tests.world import Person, World


def book(*rows: tuple[Any, ...]) -> bytes:
    """An Excel workbook with these rows."""
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A workbook that is small, and says that it is large when unpacked."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (LARGEST_UNPACKED + 1))
    return out.getvalue()


async def load(who: Person, path: str, sheet: str | bytes, key: str = "", **params: Any) -> Response:
    answer = await who.world.client.post(
        f"/api/v1{path}/import",
        params=params,
        files={"file": ("list.csv", sheet if isinstance(sheet, bytes) else sheet.encode(), "text/csv")},
        headers=who._headers({"Idempotency-Key": key or str(uuid4())}),
    )
    who.world.position = answer.headers.get("samverkan-position", who.world.position)
    return answer


def problems(answer: Response) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column"], one["code"]) for one in answer.json()["problems"]]


async def labels(world: World) -> dict[str, dict[str, Any]]:
    return {one["label"]: one for one in (await world.root().read("/entities"))["items"]}


SHEET = "label;level;parent;phone\nNorrland;local;;090-1\nUmeå;;Norrland;090-2\n"


async def test_entities_are_read_from_a_sheet_below_those_that_stand_above(world: World) -> None:
    root = world.root()
    dry = await load(root, "/entities", SHEET, dry_run="true")
    assert (dry.status_code, dry.json()) == (200, {"rows": 2, "stored": 0, "problems": []})
    assert await labels(world) == {}
    done = await load(root, "/entities", SHEET, key="one")
    assert (done.status_code, done.json()) == (200, {"rows": 2, "stored": 2, "problems": []})
    found = await labels(world)
    assert found["Umeå"]["parent_id"] == found["Norrland"]["entity_id"]
    assert (found["Umeå"]["phone"], found["Umeå"]["level"]) == ("090-2", "local")


async def test_the_same_sheet_again_changes_nothing_and_a_new_one_corrects_what_it_gives(
    world: World,
) -> None:
    root = world.root()
    await load(root, "/entities", SHEET)
    before = await labels(world)
    assert (await load(root, "/entities", SHEET)).status_code == 200
    assert await labels(world) == before
    assert (await load(root, "/entities", "label,fax\nUMEÅ,090-3\n")).status_code == 200
    after = (await labels(world))["UMEÅ"]
    assert after == before["Umeå"] | {
        "label": "UMEÅ",
        "fax": "090-3",
        "version": before["Umeå"]["version"] + 1,
    }


async def test_every_problem_of_a_sheet_of_entities_is_listed_and_nothing_is_stored(world: World) -> None:
    root = world.root()
    for label in ("East", "Twin", "Twin"):
        await world.entity(label)
    sheet = (
        "label,level,parent\n"
        "New,,\n"
        "new,,\n"
        ",local,\n"
        "South,high,Nowhere\n"
        "West,,Twin\n"
        "East,central,New\n"
        "Twin,,\n"
        "Long,,,more\n"
    )
    for dry_run in ("true", "false"):
        wrong = await load(root, "/entities", sheet, dry_run=dry_run)
        assert (wrong.status_code, wrong.json()["rows"], wrong.json()["stored"]) == (422, 8, 0)
        assert problems(wrong) == [
            (2, "label", "sheet-entity.twice"),
            (3, "label", "sheet.cell-missing"),
            (4, "level", "sheet-entity.level-unknown"),
            (4, "parent", "sheet-entity.parent-unknown"),
            (5, "parent", "sheet-entity.parent-ambiguous"),
            (6, "level", "sheet-entity.fixed"),
            (6, "parent", "sheet-entity.fixed"),
            (7, "label", "sheet-entity.label-ambiguous"),
            (8, "row", "sheet.cells-beyond"),
        ]
    assert sorted(await labels(world)) == ["East", "Twin"]
    assert "central, local" in wrong.json()["problems"][2]["problem"]


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        ("name\nEast\n", [(0, "name", "sheet.column-unknown"), (0, "label", "sheet.column-missing")]),
        ("label,label\nEast,West\n", [(0, "label", "sheet.column-twice")]),
        (b"label\n\xff\n", [(0, "file", "sheet.not-text")]),
        (b"PK\x03\x04\0\0", [(0, "file", "sheet.not-excel")]),
        (b"label\n\0\n", [(0, "file", "sheet.not-text")]),
        ("label\n" + "East\n" * (MOST_ROWS + 1), [(0, "file", "sheet.too-long")]),
        ("", [(0, "label", "sheet.column-missing")]),
    ],
)
async def test_a_sheet_with_a_wrong_header_is_refused_whole(
    world: World, sheet: str | bytes, found: list[tuple[int, str, str]]
) -> None:
    wrong = await load(world.root(), "/entities", sheet)
    assert (wrong.status_code, problems(wrong)) == (422, found)


async def test_an_excel_sheet_is_read_as_csv_is(world: World) -> None:
    root = world.root()
    sheet = book(("label", "parent", "phone"), ("Norrland", None, 90123), (), ("Umeå", "Norrland", " 090-2 "))
    done = await load(root, "/entities", sheet)
    assert done.json() == {"rows": 2, "stored": 2, "problems": []}
    found = await labels(world)
    assert (found["Norrland"]["phone"], found["Umeå"]["phone"]) == ("90123", "090-2")
    assert found["Umeå"]["parent_id"] == found["Norrland"]["entity_id"]
    wrong = await load(root, "/entities", book(("label", "level"), (), ("South", "high"), (None, "local")))
    assert problems(wrong) == [(2, "level", "sheet-entity.level-unknown"), (3, "label", "sheet.cell-missing")]
    assert problems(await load(root, "/entities", bomb())) == [(0, "file", "sheet.not-excel")]


async def test_a_list_is_given_as_excel_that_can_be_read_again(world: World) -> None:
    root = world.root()
    await load(root, "/entities", "label,phone\nÖst,'+46 8 1\n=1+1,\n")
    answer = await root.get("/entities", form="xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="entities.xlsx"'
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [(row[1], row[2], row[6]) for row in rows] == [
        ("number", "label", "phone"),
        (1, "Öst", "'+46 8 1"),
        (2, "'=1+1", None),
    ]
    again = book(*((row[2], row[6]) for row in rows))
    assert (await load(root, "/entities", again)).json()["stored"] == 2
    assert {label: one["version"] for label, one in (await labels(world)).items()} == {"Öst": 0, "=1+1": 0}


async def test_people_are_read_from_a_sheet_and_changed_by_their_address(world: World) -> None:
    root, east = world.root(), await world.entity("East")
    sheet = (
        "name,email,roles,entity,time_zone\n"
        "Anna,Anna@Example.test,local,OU1,Asia/Tokyo\n"
        "Bo,bo@example.test,central,,\n"
    )
    assert (await load(root, "/people", sheet, dry_run="true")).json()["problems"] == []
    assert (await root.read("/people"))["items"] == []
    assert (await load(root, "/people", sheet)).json()["stored"] == 2
    people = {one["name"]: one for one in (await root.read("/people"))["items"]}
    anna = people["Anna"]
    assert (anna["email"], anna["entity_id"], anna["roles"]) == ("Anna@Example.test", east, ["local"])
    assert (anna["time_zone"], people["Bo"]["time_zone"]) == ("Asia/Tokyo", "")
    change = "name,email,roles,entity,language\nAnna B,anna@example.test,local,east,en\n"
    assert (await load(root, "/people", change)).json()["stored"] == 1
    changed = await root.read(f"/people/{anna['person_id']}")
    assert (changed["name"], changed["language"], changed["time_zone"]) == ("Anna B", "en", "Asia/Tokyo")
    assert len((await root.read("/people"))["items"]) == 2


async def test_every_problem_of_a_sheet_of_people_is_listed_and_nothing_is_stored(world: World) -> None:
    root = world.root()
    for label in ("Twin", "Twin"):
        await world.entity(label)
    sheet = (
        "name,email,roles,entity,language,time_zone\n"
        "Anna,anna,central,,,\n"
        "Bo,bo@example.test,chief,,de,Mars\n"
        "Cia,cia@example.test,local,,,\n"
        "Dan,dan@example.test,local,Nowhere,,\n"
        "Eva,eva@example.test,local,Twin,,\n"
        "Bo,BO@example.test,central,,,\n"
        "\n"
        ",,,,en,\n"
    )
    wrong = await load(root, "/people", sheet)
    assert wrong.status_code == 422
    assert problems(wrong) == [
        (1, "email", "sheet-person.address-wrong"),
        (2, "roles", "sheet-person.role-unknown"),
        (2, "language", "sheet-person.language-unknown"),
        (2, "time_zone", "sheet-person.zone-unknown"),
        (3, "entity", "sheet-person.entity-needed"),
        (4, "entity", "sheet-person.entity-unknown"),
        (5, "entity", "sheet-person.entity-ambiguous"),
        (6, "email", "sheet-person.twice"),
        (8, "name", "sheet.cell-missing"),
        (8, "email", "sheet.cell-missing"),
        (8, "roles", "sheet.cell-missing"),
    ]
    assert (await root.read("/people"))["items"] == []


async def test_lists_are_downloaded_whole_and_run_no_formulas(world: World) -> None:
    root = world.root()
    await load(root, "/entities", "label,phone\nÖst,'+46 8 1\n=1+1,\n")
    assert (await labels(world))["Öst"]["phone"] == "+46 8 1"
    answer = await root.get("/entities", form="csv", limit=1)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="entities.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["label"], row["phone"], row["number"]) for row in rows] == [
        ("Öst", "'+46 8 1", "1"),
        ("'=1+1", "", "2"),
    ]
    await world.person("bo", "central")
    people = await root.get("/people", form="csv")
    (bo,) = csv.DictReader(io.StringIO(people.content.decode("utf-8-sig")))
    assert (bo["name"], bo["email"], bo["roles"]) == ("bo", "bo@example.test", "central")
