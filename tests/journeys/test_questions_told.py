"""An order waits, somebody asks about it and is answered: both are told so, over HTTP and a real mail server."""

from tests.journeys.post import Post, Said
from tests.journeys.story import day

ORDER = "Order of anna (ORD1)"


async def test_who_placed_an_order_is_asked_about_it_and_who_asked_is_told_the_answer(post: Post) -> None:
    story, anna = post.story, post.story.people["anna"]
    order_id = await story.placed(await story.published("by_campaign"))
    (request,) = (await story.central.read("/approvals", subject=order_id))["items"]
    path = f"/approvals/{request['request_id']}"
    question = await story.central.made(f"{path}/questions", {"text": "Which hall?"})
    await post.told(
        "question-asked",
        "anna",
        at=day(1),
        en=Said(f"[Question] {ORDER}", ["Which hall?", "Answer the question"]),
        sv=Said(f"[Fråga] {ORDER}", ["Which hall?", "Svara på frågan"]),
    )
    await post.none("question-answered")
    (read,) = (await anna.read("/notices", kind="question-asked"))["items"]
    assert (await anna.read(f"/approvals/{read['about']['request']}"))["status"] == "open"
    await anna.made(f"{path}/questions/{question['question_id']}/answer", {"text": "The small one"})
    await post.told(
        "question-answered",
        "bo",
        at=day(1),
        en=Said(f"[Question answered] {ORDER}", ["Which hall?", "The small one", "See the request"]),
        sv=Said(f"[Fråga besvarad] {ORDER}", ["Which hall?", "The small one", "Se begäran"]),
    )
    assert await story.told("question-asked") == ["anna"]
