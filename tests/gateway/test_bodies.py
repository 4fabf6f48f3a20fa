"""What a command answers when it found nothing to do."""

from uuid import uuid4

from tests.journeys.story import begin
from tests.world import World


async def test_where_there_was_nothing_to_do_the_answer_is_the_thing_itself_or_that_there_is_none(
    world: World,
) -> None:
    story = await begin(world)
    package_id = await story.published("by_campaign")
    left = await story.central.post(f"/forums/{package_id}/leave", {})
    assert (left.status_code, left.json()["following"]) == (200, False)


async def test_what_never_was_is_not_there_to_be_ended(world: World) -> None:
    root = world.root()
    dismissed = await root.post(f"/deputies/{uuid4()}/dismiss", {"reason": "Back again"})
    erased = await root.delete(f"/people/{uuid4()}")
    assert {dismissed.status_code, erased.status_code} == {404}
