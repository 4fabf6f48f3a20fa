"""Lists are searched by words in any case of their letters, on either database."""

from tests.journeys.story import begin
from tests.world import World


async def test_entities_and_campaigns_are_found_by_words_in_any_case(either_world: World) -> None:
    story = await begin(either_world)
    entity_id = await either_world.entity("Öst 100% på Ön")
    campaign_id = await story.reference("local", label="Ängar I ÅRE")
    for q, there in (("öST", 1), ("PÅ ön", 1), ("100%", 1), ("1%0", 0)):
        found = (await story.central.read("/entities", q=q))["items"]
        assert [one["entity_id"] for one in found] == [entity_id] * there, q
        assert all("found_by" not in one for one in found)
    for q, there in (("äNGAR", 1), ("i åre", 1), ("_RE", 0)):
        found = (await story.central.read("/campaigns", q=q))["items"]
        assert [one["campaign_id"] for one in found] == [campaign_id] * there, q
        assert all("found_by" not in one for one in found)
    revised = await story.central.patch(f"/entities/{entity_id}", {"label": "Väst"})
    assert revised.status_code == 200, revised.text
    assert [one["label"] for one in (await story.central.read("/entities", q="VÄST"))["items"]] == ["Väst"]
    assert (await story.central.read("/entities", q="öst"))["items"] == []
