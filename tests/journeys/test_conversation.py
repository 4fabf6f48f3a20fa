"""A package under review is talked about: more reviewers are called, questions asked and told."""

from typing import Any

from tests.journeys.story import Story, day

YES = {"answer": "accept", "version": 1}


async def waiting(story: Story) -> str:
    """A package that waits for Rut; the address of its request."""
    package_id = await story.submitted("simple")
    (request,) = (await story.world.root().read("/approvals", subject=package_id))["items"]
    return f"/approvals/{request['request_id']}"


def names(journal: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What, who and why."""
    return [(entry["what"], entry["who"], entry["why"]) for entry in journal["entries"]]


async def test_a_person_and_a_group_are_added_to_the_reviewers_and_any_of_them_answers(story: Story) -> None:
    cia = await story.world.person("cia", "central")
    anna, east = story.people["anna"], story.entities["East"]
    await story.world.group(east, "package-reviewers", anna)
    await story.world.settle()
    path = await waiting(story)
    assert (await anna.get(path)).status_code == 404
    added = [f"person:{cia.id}", f"group:{east}/package-reviewers"]
    refused = await story.reviewer.post(f"{path}/reviewers", {"reviewers": added, "reason": ""})
    assert (refused.status_code, refused.json()["code"]) == (422, "request.reason-missing")
    found = await story.reviewer.made(f"{path}/reviewers", {"reviewers": added, "reason": "Her budget"})
    assert found["reviewers"] == [f"person:{story.reviewer.id}", *added]
    for reviewer in (cia, anna):
        assert len((await reviewer.read("/approvals", mine="true"))["items"]) == 1
    assert ("ReviewersAdded", story.reviewer.id, "Her budget") in names(await cia.read(f"{path}/journal"))
    await anna.made(f"{path}/answer", YES)
    late = await cia.post(f"{path}/answer", {"answer": "refuse", "comment": "Too dear", "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "request.answered")
    assert anna.id in late.json()["detail"]
    last = (await story.reviewer.read(f"{path}/journal"))["entries"][-1]
    assert (last["what"], last["who"], last["fact"]["answered_by"]) == ("LateAnswerRefused", cia.id, anna.id)


async def test_a_question_is_told_while_the_answer_waits_and_the_deadline_stays(story: Story) -> None:
    path, bo = await waiting(story), story.central
    key = {"key": "the same question"}
    question = await story.reviewer.made(f"{path}/questions", {"text": "With freight?"}, **key)
    assert question == await story.reviewer.made(f"{path}/questions", {"text": "With freight?"}, **key)
    there = f"{path}/questions/{question['question_id']}/answer"
    told = await bo.made(there, {"text": "Without"})
    assert (told["asked_by"], told["answered_by"], told["answer"]) == (story.reviewer.id, bo.id, "Without")
    again = await bo.post(there, {"text": "Or with"})
    assert (again.status_code, again.json()["code"]) == (409, "request.question-answered")
    assert (await bo.read(f"{path}/questions"))["items"] == [told]
    assert (await story.people["anna"].get(f"{path}/questions")).status_code == 404
    request = await bo.read(path)
    assert (request["status"], request["deadline"][:19]) == ("open", day(3)[:19])
    await story.reviewer.made(f"{path}/answer", YES)
    over = await bo.post(f"{path}/questions", {"text": "And now?"})
    assert (over.status_code, over.json()["code"]) == (409, "request.over")
