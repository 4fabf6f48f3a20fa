"""Who hears of a publication, from the form that head office fills in to the mail, over HTTP alone."""

from datetime import datetime

import pytest

from services.notifier import mailbox
from tests.journeys.story import Story, begin, day
from tests.world import World

OFFERS = ("N3", "N4", "N5")


@pytest.fixture
async def story(world: World) -> Story:
    """East with Anna, North with Nils, South with Sara, each in its notification group."""
    return await begin(world)


async def offered(story: Story, package_id: str) -> list[tuple[str, str]]:
    """The kind of notice and the name, for each notice by which this package was offered."""
    return [(kind, name) for kind in OFFERS for name in await story.told(kind, package_id)]


async def texts(story: Story, kind: str, package_id: str) -> list[str]:
    """The mails that were really written, as plain text."""
    db = story.world.product.house.desks["notifier"].db
    found = []
    for notice in await story.notices(kind, package_id):
        (row,) = await db.rows(mailbox.ONE, {"notice_id": notice["notice_id"]})
        found.append(str(mailbox.parts(row["mail"])["text"]))
    return found


@pytest.mark.row("C14")
async def test_a_local_package_is_told_to_its_set_of_entities_or_without_one_to_all(story: Story) -> None:
    limited = await story.published("local", audience=[story.entities["South"]])
    assert await offered(story, limited) == [("N3", "sara")]
    for_all = await story.published("local", audience=[], starts_at=day(2))
    assert await offered(story, for_all) == [("N3", "anna"), ("N3", "nils"), ("N3", "sara")]
    assert len(await texts(story, "N3", for_all)) == 3
    assert await offered(story, limited) == [("N3", "sara")]


@pytest.mark.row("C22")
async def test_the_switch_decides_on_mails_at_publication_and_the_message_stands_in_them(
    story: Story,
) -> None:
    words = "We pay the postage – welcome"
    silent = await story.published("simple", notify_on_publication=False, message=words)
    assert (await story.people["anna"].read(f"/packages/{silent}"))["status"] == "published"
    assert await offered(story, silent) == []
    told = await story.published("simple", message=words, starts_at=day(2))
    assert await offered(story, told) == [("N4", "anna"), ("N4", "nils")]
    assert all(words in text for text in await texts(story, "N4", told))
    await story.world.until(datetime.fromisoformat(day(15)))
    assert await offered(story, silent) == []
    assert await story.told("N9", silent) == ["anna", "nils"], "the switch is about publication alone"


@pytest.mark.row("C26")
@pytest.mark.parametrize(("mode", "kind"), [("manual", "N4"), ("automatic", "N5")])
async def test_an_entity_added_after_publication_is_told_alone(story: Story, mode: str, kind: str) -> None:
    east, north, south = (story.entities[label] for label in ("East", "North", "South"))
    package_id = await story.package("simple", approval_mode=mode, audience=[east])
    path = f"/packages/{package_id}/audience"
    assert (await story.central.put(path, {"entities": [east, north]})).status_code == 200
    assert await offered(story, package_id) == [], "nothing is published yet"
    await story.central.made(f"/packages/{package_id}/submit", {})
    await story.world.settle()
    await story.reviewer.made(f"/packages/{package_id}/approve", {})
    await story.world.advance(days=1)
    assert await offered(story, package_id) == [(kind, "anna"), (kind, "nils")]
    changed = {"entities": [east, north, south], "reason": "South joins"}
    for _ in range(2):
        assert (await story.central.put(path, changed)).status_code == 200
        assert await offered(story, package_id) == [(kind, "anna"), (kind, "nils"), (kind, "sara")]
    assert len(await texts(story, kind, package_id)) == 3
