"""An order waits, somebody asks about it and is answered: both are told so, over HTTP and a real mail server."""

from tests.journeys.post import Post, Said
from tests.journeys.story import day
from tests.journeys.test_content_approval import ASKING, colleague

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


async def test_content_that_handed_itself_in_is_asked_about_where_somebody_can_answer(post: Post) -> None:
    story, anna = post.story, post.story.people["anna"]
    eva = await colleague(story, "eva", "campaign-reviewers", language=post.language)
    reference_id = await story.reference("by_campaign", definition=ASKING)
    audience = {"audience": [story.entities["East"]], "approval_mode": "automatic"}
    await story.published("by_campaign", reference_id=reference_id, start_targeting=True, **audience)
    await story.world.advance(days=13)
    (request,) = (await eva.read("/approvals", mine="true"))["items"]
    assert (request["subject"], request["requested_by"], request["co_authors"]) == (
        "content",
        "campaigns",
        [],
    )
    campaign = await anna.read(f"/campaigns/{request['subject_id']}")
    named = f"{campaign['label']} ({campaign['name']})"
    path = f"/approvals/{request['request_id']}/questions"
    await post.none("question-asked")
    question = await eva.made(path, {"text": "Which picture?"})
    await post.told(
        "question-asked",
        "anna",
        at=day(14),
        en=Said(f"[Question] {named}", ["Which picture?", "handed in, edited or answer for"]),
        sv=Said(f"[Fråga] {named}", ["Which picture?", "lämnat in, ändrat eller ansvarar för"]),
    )
    (read,) = (await anna.read("/notices", kind="question-asked"))["items"]
    assert (await anna.read(f"/approvals/{read['about']['request']}"))["status"] == "open"
    await anna.made(f"{path}/{question['question_id']}/answer", {"text": "The red one"})
    assert await story.told("question-answered") == ["eva"]
    assert await story.told("question-asked") == ["anna"]
