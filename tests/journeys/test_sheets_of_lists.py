"""Every list is taken along as CSV and as Excel: the same rows as on all its pages, and nothing of anybody else."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from shared.web.sheets import FORMULA
from tests.journeys.attempts import PLACE
from tests.journeys.belongings import everything, side
from tests.journeys.post import open_post
from tests.journeys.story import Story
from tests.journeys.test_by_brief import begun
from tests.journeys.test_by_brief import ordered as ordered_in_words
from tests.journeys.test_costs import offered, recipients
from tests.journeys.test_forum import say
from tests.journeys.test_walls import CANARY
from tests.world import Person, World

TRAP = "=HYPERLINK(1)"
ONLY_IN_SHEETS = {"package", "entity"}
"""What people call an order's package and entity: one word there, an object's worth of names in JSON."""

Sheet = tuple[list[str], list[list[Any]]]
"""Its columns, and the cells of each row."""


def lists(world: World) -> Iterator[str]:
    """The address of every list that has pages."""
    for path, operations in world.product.app.openapi()["paths"].items():
        if any(one.get("name") == "cursor" for one in operations.get("get", {}).get("parameters", ())):
            yield path.removeprefix("/api/v1")


async def whole(person: Person, path: str, form: str, **asked: Any) -> Sheet:
    """A list, report or journal as a spreadsheet reads it, empty cells as empty text."""
    answer = await person.get(path, form=form, **asked)
    assert answer.status_code == 200, (path, answer.text)
    assert answer.headers["content-disposition"].endswith(f'.{form}"'), path
    if form == "csv":
        assert answer.headers["content-type"].startswith("text/csv"), path
        head, *rows = csv.reader(io.StringIO(answer.text))
        return head, rows
    sheet = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    head, *cells = ([("" if cell is None else cell) for cell in row] for row in sheet)
    return head, cells


async def pages(person: Person, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All items of a list, read one by one."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        one = await person.read(path, limit=1, **asked, **({"cursor": cursor} if cursor else {}))
        found += one["items"]
        cursor = one["next"]
    return found


def cell_of(item: Any, column: str) -> Any:
    """What a sheet has to say where the JSON says this."""
    for name in column.split("."):
        item = (item or {}).get(name)
    if isinstance(item, list) and all(isinstance(word, str) for word in item):
        item = " ".join(item)
    elif isinstance(item, list | dict):
        return json.dumps(item, ensure_ascii=False, sort_keys=True)
    text = "" if item is None else str(item)
    return f"'{text}" if isinstance(item, str) and item.startswith(FORMULA) else text


def told(cell: Any) -> str:
    """A cell as text; where it holds JSON, in one order."""
    text = str(cell)
    return (
        json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True) if text[:1] in {"{", "["} else text
    )


async def check(person: Person, path: str, **asked: Any) -> int:
    """Both sheets say in every row and column what the pages say; how many rows there are."""
    items = await pages(person, path, **asked)
    for form in ("csv", "xlsx"):
        head, rows = await whole(person, path, form, limit=1, **asked)
        kept = [nth for nth, column in enumerate(head) if column not in ONLY_IN_SHEETS]
        assert len(kept) > 1, path
        said = [[told(row[nth]) for nth in kept] for row in rows]
        assert said == [[cell_of(item, head[nth]) for nth in kept] for item in items], (path, form)
    return len(items)


async def much(story: Story) -> dict[str, str]:
    """At least two of everything that is listed; the ids by which lists of one thing are found."""
    await recipients(story, East=2, North=1)
    reference_id, package_id = await offered(story, fixed_cents=300)
    for who in ("anna", "nils"):
        await story.approved(package_id, who)
    for _ in range(2):
        await ordered_in_words(story, await begun(story))
    cia = await story.world.person("cia", "central")
    term = {"deputy_id": cia.id, "starts_at": story.day(1), "ends_at": story.day(5), "reason": TRAP}
    for person in (story.central, story.reviewer):
        await person.made("/deputies", term)
    for person in (story.central, story.people["anna"]):
        days = {"starts_on": "2026-04-03", "ends_on": "2026-04-06"}
        await person.made("/blackouts", {"label": TRAP, **days})
    for text in (TRAP, "Two lines,\nand a comma"):
        await say(story.central, package_id, text)
    await story.world.settle()
    return {"package_id": package_id, "campaign_id": reference_id, "subject_id": package_id}


async def test_the_sheets_of_every_list_hold_what_all_its_pages_hold(story: Story) -> None:
    ids = await much(story)
    people = (story.world.root(), story.central, story.people["anna"])
    for path in lists(story.world):
        address = PLACE.sub(lambda place: ids[place[1]], path)
        readers = [person for person in people if (await person.get(address)).status_code == 200]
        counts = [await check(person, address) for person in readers]
        assert max(counts) > 1, f"{path} was read with too little in it"


async def test_the_sheets_of_what_is_narrowed_hold_no_more(story: Story) -> None:
    await much(story)
    bo, east = story.central, story.entities["East"]
    assert 0 < await check(bo, "/notices", kind="N1") < await check(bo, "/notices")
    assert 0 < await check(bo, "/campaigns", kind="local") < await check(bo, "/campaigns")
    assert 0 < await check(bo, "/packages", sort="label", kind="local") < await check(bo, "/packages")
    assert 0 < await check(bo, "/orders", sort="-label", entity=east) < await check(bo, "/orders")
    assert await check(bo, "/approvals", status="open") < await check(bo, "/approvals", status="accepted")


async def test_everything_that_is_listed_is_a_sheet_too(story: Story) -> None:
    package_id = await story.published("by_campaign")
    (request,) = (await story.central.read("/approvals", subject=package_id))["items"]
    ids = {"package_id": package_id, "subject_id": package_id, "request_id": request["request_id"]}
    root, seen = story.world.root(), set()
    for path, operations in story.world.product.app.openapi()["paths"].items():
        address = PLACE.sub(lambda place: ids.get(place[1], place[1]), path.removeprefix("/api/v1"))
        answer = await root.get(address) if "get" in operations else None
        if answer is not None and answer.status_code == 200 and "items" in answer.json():
            operation = operations["get"]
            (form,) = [one for one in operation["parameters"] if one.get("name") == "form"]
            assert form["schema"]["enum"] == ["json", "csv", "xlsx"], path
            assert len(operation["responses"]["200"]["content"]) == 3, path
            assert (await whole(root, address, "csv"))[0] == (await whole(root, address, "xlsx"))[0]
            seen.add(address)
    asked = f"/approvals/{request['request_id']}"
    assert {
        "/templates",
        f"/packages/{package_id}/editions",
        f"{asked}/questions",
        f"{asked}/schedule",
    } < seen


async def test_a_local_persons_sheets_hold_nothing_of_another_entity(tmp_path: Path) -> None:
    async with open_post(tmp_path, "en") as post:
        east = await side(post, "East", "anna", "eva", CANARY)
        secrets = await everything(east, await post.story.published("by_form"))
        nils = post.story.people["nils"]
        hidden = set().union(*(secrets[name] for name in secrets if "/" not in name))
        read = 0
        for path, operations in post.story.world.product.app.openapi()["paths"].items():
            if all(one.get("name") != "form" for one in operations.get("get", {}).get("parameters", ())):
                continue
            names = PLACE.findall(path)
            for id_ in sorted(secrets["/".join(names)]) if names else [""]:
                address = PLACE.sub(id_, path.removeprefix("/api/v1"))
                for form in ("csv", "xlsx"):
                    answer = await nils.get(address, form=form)
                    if names or answer.status_code != 200:
                        assert answer.status_code in {403, 404}, address
                        continue
                    found = str(await whole(nils, address, form))
                    assert not [secret for secret in hidden if secret in found], address
                    read += 1
        assert read >= 2 * 9


async def test_what_would_run_as_a_formula_is_text_in_every_sheet(story: Story) -> None:
    bo = story.central
    days = {"starts_on": "2026-04-03", "ends_on": "2026-04-06"}
    await bo.made("/blackouts", {"label": TRAP, **days})
    for form in ("csv", "xlsx"):
        head, (row,) = await whole(bo, "/blackouts", form)
        assert row[head.index("label")] == f"'{TRAP}"
    kept = load_workbook(io.BytesIO((await bo.get("/blackouts", form="xlsx")).content)).active
    assert [cell.data_type for cell in kept[2]][:3] == ["s", "s", "s"]


async def test_journals_and_reports_are_read_in_excel(story: Story) -> None:
    package_id = await story.published("by_campaign")
    order_id = await story.placed(package_id)
    anna, nils, bo = story.people["anna"], story.people["nils"], story.central
    head, rows = await whole(anna, f"/orders/{order_id}/journal", "xlsx")
    entries = (await anna.read(f"/orders/{order_id}/journal"))["entries"]
    assert rows == [["" if entry[name] is None else entry[name] for name in head] for entry in entries]
    assert [row[head.index("what")] for row in rows][-1] == "OrderPlaced"
    assert (await nils.get(f"/orders/{order_id}/journal", form="xlsx")).status_code == 404
    head, (row,) = await whole(anna, f"/entities/{story.entities['East']}/report", "xlsx")
    assert (row[head.index("package")], row[head.index("status")]) == ("CAT1", "placed")
    head, rows = await whole(bo, f"/packages/{package_id}/report", "xlsx")
    named = [head.index(name) for name in ("entity_label", "participation", "order")]
    assert [[row[nth] for nth in named] for row in rows] == [
        ["East", "undecided", "ORD1"],
        ["North", "silent", ""],
    ]


async def test_a_calendar_is_one_sheet_of_all_that_it_shows(story: Story) -> None:
    package_id = await story.published("by_campaign")
    await story.approved(package_id)
    anna, days = story.people["anna"], {"starts_on": "2026-04-03", "ends_on": "2026-04-06"}
    await anna.made("/blackouts", {"label": "Stock-taking", **days})
    path = f"/entities/{story.entities['East']}/calendar"
    shown = await anna.read(path)
    kinds = ("packages", "campaigns", "blackouts")
    entries = [entry | {"what": what} for what in kinds for entry in shown[what]]
    assert {entry["what"] for entry in entries} == set(kinds)
    for form in ("csv", "xlsx"):
        head, rows = await whole(anna, path, form)
        assert [[told(cell) for cell in row] for row in rows] == [
            [cell_of(entry, name) for name in head] for entry in entries
        ]
