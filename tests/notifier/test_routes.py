"""Notices over HTTP, and the mailbox page."""

from pathlib import Path
from uuid import uuid4

from tests.notifier.hall import OF_PACKAGE, PACKAGE, REFERENCE, Hall, drafted, invited, open_hall, published
from tests.world import open_world


async def offer(hall: Hall) -> None:
    audience = [invited(hall.entities[label]) for label in ("East", "North")]
    await hall.tell("catalog", OF_PACKAGE, drafted(), *audience, published())


async def test_everybody_reads_their_own_notices_and_head_office_all(hall: Hall) -> None:
    await offer(hall)
    (own,) = (await hall.people["anna"].read("/notices"))["items"]
    assert own["person_id"] == hall.people["anna"].id
    assert (own["kind"], own["status"], own["attempts"]) == ("N4", "sent", 0)
    assert own["about"] == {"package": str(PACKAGE)} | (
        {"campaign": str(REFERENCE)} if "campaign" in own["about"] else {}
    )
    assert own["facts"]["package_name"] == "CAT12"
    assert own["message_id"] == f"<{own['notice_id']}@localhost>"
    for name in ("bo", "rut"):
        assert len((await hall.people[name].read("/notices"))["items"]) == 3
    assert (await hall.people["sara"].read("/notices"))["items"] == []


async def test_somebody_elses_notice_does_not_exist(hall: Hall) -> None:
    await offer(hall)
    (own,) = (await hall.people["anna"].read("/notices"))["items"]
    path = f"/notices/{own['notice_id']}"
    shown = await hall.people["anna"].get(path)
    assert shown.json() == own
    assert shown.headers["etag"] == f'"{own["version"]}"'
    assert (await hall.people["bo"].read(path)) == own
    theirs, nobodys = (
        await hall.people["nils"].get(path),
        await hall.people["nils"].get(f"/notices/{uuid4()}"),
    )
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json() == nobodys.json()


async def test_notices_are_found_by_kind_and_by_what_they_are_about(hall: Hall) -> None:
    await offer(hall)
    assert len(await hall.notices("N4")) == 3
    assert await hall.notices("N3") == []
    assert len(await hall.notices(about=PACKAGE)) == 3
    assert await hall.notices(about=uuid4()) == []
    for wrong in ({"kind": "N99"}, {"about": "x"}):
        assert (await hall.world.root().get("/notices", **wrong)).status_code == 422
    assert (await hall.world.root().get("/notices", cursor="x")).status_code == 400
    assert (await hall.world.root().get("/notices", to="x")).status_code == 400


async def test_the_pages_of_a_list_hold_everything_once(hall: Hall) -> None:
    await offer(hall)
    found, cursor = list[str](), ""
    while cursor is not None:
        asked = {"cursor": cursor} if cursor else {}
        answer = await hall.world.root().read("/notices", limit=2, **asked)
        found += [item["notice_id"] for item in answer["items"]]
        cursor = answer["next"]
    assert sorted(found) == sorted({notice["notice_id"] for notice in await hall.notices()})
    assert len(found) == 3


async def test_the_mailbox_shows_each_mail_as_text_and_in_a_frame_that_may_do_nothing(hall: Hall) -> None:
    client = hall.world.client
    empty = await client.get("/mailbox", headers={"Accept-Language": "en"})
    assert "No mail yet." in empty.text
    await offer(hall)
    listed = await client.get("/mailbox", headers={"Accept-Language": "en"})
    assert listed.text.count("[Campaign subscription] Spring offer (CAT12)") == 2
    assert "[Kampanjregistrering] Spring offer (CAT12)" in listed.text
    (own,) = (await hall.people["anna"].read("/notices"))["items"]
    shown = await client.get(f"/mailbox/{own['notice_id']}")
    assert shown.status_code == 200
    assert "<iframe sandbox " in shown.text
    assert "Register for the campaign:" in shown.text
    assert hall.people["anna"].id in shown.text
    assert "anna@example.test" not in shown.text + listed.text
    assert "default-src 'self'" in shown.headers["content-security-policy"]
    assert (await client.get(f"/mailbox/{uuid4()}")).status_code == 404


async def test_where_mails_go_to_a_server_there_is_no_mailbox(tmp_path: Path) -> None:
    async with open_world(tmp_path, smtp_url="smtp://127.0.0.1:9") as world:
        hall = await open_hall(world)
        for path in ("/mailbox", f"/mailbox/{uuid4()}"):
            answer = await hall.world.client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "request.no-such-page")
