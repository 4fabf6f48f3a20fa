"""The page of who is invited, where that is more than a page of the list of entities holds."""

from tests.gateway.test_sessions import browser
from tests.journeys.story import begin
from tests.world import World

MANY = 205


async def test_an_audience_longer_than_a_page_of_the_list_is_shown_whole_and_in_its_order(
    world: World,
) -> None:
    story = await begin(world)
    entities = [await world.entity(f"Shop {number}") for number in range(MANY)]
    package_id = await story.package("by_form", audience=entities)
    audience = (await story.central.read(f"/packages/{package_id}"))["audience"]
    client = await browser(world, story.central)
    page = await client.get(f"/packages/{package_id}/audience", headers={"Accept-Language": "en"})
    assert f"{MANY}</h2>" in page.text
    places = [page.text.index(f'name="out" value="{one}"') for one in audience]
    assert places == sorted(places)
    assert len(set(places)) == MANY
