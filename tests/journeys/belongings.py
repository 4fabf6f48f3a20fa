"""One of everything that an entity can have, made over HTTP, and the id of each."""

import re
from dataclasses import dataclass
from typing import Any

from tests.journeys.post import Post
from tests.journeys.story import DEFINITION, Story, day
from tests.notifier.post_office import part
from tests.world import Person

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
BRIEF = {"interface": "by_brief", "duration_days": 10}
TERM = {"starts_at": day(0), "ends_at": day(50), "reason": "On leave"}

Ids = dict[str, set[str]]
"""What can stand in the place of a parameter of this name, or of several: `order_id/document_id`."""


@dataclass
class Side:
    """An entity, who works in it and who answers for it, and a word that all its texts hold."""

    post: Post
    label: str
    worker: Person
    chief: Person
    word: str

    @property
    def story(self) -> Story:
        return self.post.story

    @property
    def entity(self) -> str:
        return self.story.entities[self.label]

    async def send(self, person: Person, path: str, name: str, content: bytes) -> dict[str, Any]:
        """Upload a file; what came of it."""
        answer = await person.world.client.post(
            f"/api/v1{path}",
            files={"file": (name, content, "application/octet-stream")},
            headers=person._headers({"Idempotency-Key": f"{path} {self.label}"}),
        )
        assert answer.status_code in {200, 201}, answer.text
        person.world.position = answer.headers.get("samverkan-position", person.world.position)
        found: dict[str, Any] = answer.json()
        return found


async def side(post: Post, label: str, who: str, chief: str, word: str) -> Side:
    """With a chief who sits in every group of the entity."""
    story = post.story
    answering = await story.world.person(chief, "local", entity=story.entities[label])
    for group in ("order-reviewers", "campaign-reviewers", "package-reviewers"):
        await story.world.group(story.entities[label], group, answering)
    await story.world.settle()
    return Side(post, label, story.people[who], answering, word)


async def everything(of: Side, shared_id: str) -> Ids:
    """Make it all, on packages of this side alone and on the shared one, without letting time pass."""
    offered = await _offered(of)
    orders = [await _approved(of, package_id) for package_id in sorted(offered["package_id"])]
    waiting = await _waiting(of, shared_id)
    children = {(await of.worker.read(f"/orders/{order}"))["campaign_id"] for order in orders}
    found: Ids = {
        "entity_id": {of.entity},
        "entity_id/group": {f"{of.entity}/order-reviewers"},
        "person_id": {of.worker.id, of.chief.id},
        "order_id": {*orders, *waiting["order_id"]},
        "campaign_id": offered["campaign_id"] | children,
        "subject_id": {of.entity} | offered["package_id"] | children,
        "word": {of.word},
    }
    for more in (waiting, offered, await _said(of, offered), await _planned(of, offered)):
        found = more | found
    await of.story.world.settle()
    return found | await _told(of)


async def _offered(of: Side) -> Ids:
    """Two packages that nobody else is offered: by campaign, and a local one to be ordered in words."""
    story, content = of.story, {"en": {"subject": of.word, "body": "{{ greeting }}"}}
    rule = {"content": content, "message_cost_cents": 250, "pressure": {"most": 4, "days": 5}}
    reference_id = await story.reference("by_campaign", definition=DEFINITION | rule, label=of.word)
    template_id = await story.reference("local", definition=BRIEF, label=of.word)
    documents = {}
    for kind, id_ in (("by_campaign", reference_id), ("local", template_id)):
        costs = {"costs": {"fixed_cents": 10_001}} if kind == "by_campaign" else {}
        package_id = await story.package(
            kind, reference_id=id_, audience=[of.entity], label=of.word, **costs, approval={"reviewers": []}
        )
        made = await of.send(story.central, f"/packages/{package_id}/documents", f"{of.word}.png", PNG)
        documents[package_id] = made["documents"][0]["document_id"]
        await story.central.made(f"/packages/{package_id}/approve", {"comment": of.word})
    await story.world.settle()
    return {
        "package_id": set(documents),
        "package_id/document_id": {f"{package}/{document}" for package, document in documents.items()},
        "package_id/edition": {f"{package}/1" for package in documents},
        "package_id/edition/document_id": {
            f"{package}/1/{document}" for package, document in documents.items()
        },
        "campaign_id": {reference_id, template_id},
        "campaign_id/entity_id": {f"{id_}/{of.entity}" for id_ in (reference_id, template_id)},
    }


async def _ordered(of: Side, package_id: str) -> str:
    fields = {field["name"] for field in (await of.worker.read(f"/packages/{package_id}/form"))["fields"]}
    values = dict.fromkeys(fields & {"greeting", "targeting", "content"}, of.word)
    order = await of.worker.made(f"/packages/{package_id}/orders", {"label": of.word, "values": values})
    await of.worker.made(f"/orders/{order['order_id']}/place", {})
    await of.story.world.settle()
    return str(order["order_id"])


async def _approved(of: Side, package_id: str) -> str:
    order_id = await _ordered(of, package_id)
    await of.chief.made(f"/orders/{order_id}/approve", {"comment": of.word})
    await of.story.world.settle()
    return order_id


async def _waiting(of: Side, package_id: str) -> Ids:
    """An order with a document, not answered yet, with a question about it."""
    order_id = await _ordered(of, package_id)
    made = await of.send(of.worker, f"/orders/{order_id}/documents", f"{of.word}.png", PNG)
    (request,) = (await of.chief.read("/approvals", subject=order_id))["items"]
    request_id = request["request_id"]
    question = await of.chief.made(f"/approvals/{request_id}/questions", {"text": of.word})
    return {
        "order_id": {order_id},
        "order_id/document_id": {f"{order_id}/{made['documents'][0]['document_id']}"},
        "request_id": {request_id},
        "request_id/question_id": {f"{request_id}/{question['question_id']}"},
    }


async def _said(of: Side, offered: Ids) -> Ids:
    """Messages with a picture where this entity and head office talk alone."""
    messages = set()
    for subject in (of.entity, min(offered["package_id"])):
        message = await of.worker.made(f"/forums/{subject}/messages", {"text": of.word})
        path = f"/forums/{subject}/messages/{message['message_id']}/attachment"
        await of.send(of.worker, path, f"{of.word}.png", PNG)
        messages.add(f"{subject}/{message['message_id']}")
    return {"subject_id/message_id": messages}


async def _planned(of: Side, offered: Ids) -> Ids:
    """A blackout, recipients, a deputy, a budget and a rule of its own."""
    central = of.story.central
    days = {"label": of.word, "starts_on": "2026-03-10", "ends_on": "2026-03-10"}
    blackout = await of.worker.made("/blackouts", days)
    await of.chief.made("/deputies", {"deputy_id": of.worker.id, **TERM})
    rows = f"entity_id,name,email,birth_year\n{of.entity},{of.word},{of.worker.name}@example.test,1990\n"
    await of.send(central, "/recipients/import", "r.csv", rows.encode())
    recipients = (await of.worker.read("/recipients"))["items"]
    budgets = set()
    for place in offered["campaign_id/entity_id"]:
        campaign_id, entity_id = place.split("/")
        wish = {"amount_cents": 77_777}
        budget = await central.put(f"/campaigns/{campaign_id}/budgets/{entity_id}", wish)
        budgets.add(budget.json()["budget_id"])
        await of.worker.put(f"/campaigns/{campaign_id}/rules/{entity_id}", {"most": 1, "days": 40})
    return {
        "blackout_id": {blackout["blackout_id"]},
        "recipient_id": {one["recipient_id"] for one in recipients},
        "budget_id": budgets,
    }


async def _told(of: Side) -> Ids:
    """What head office and the mails know of this side: tasks, tracking, notices, links that decide."""
    central = of.story.central
    tasks = (await central.read("/tasks"))["items"]
    campaigns = (await central.read("/campaigns", limit=200))["items"]
    words = "".join(part(mail, "plain") for mail in of.post.office.to(of.chief.name))
    return {
        "task_id": {task["task_id"] for task in tasks if task["entity_id"] == of.entity},
        "reference": {one["tracking"] for one in campaigns if one["entity_id"] == of.entity},
        "notice_id": {one["notice_id"] for one in (await of.chief.read("/notices", limit=200))["items"]},
        "token": set(re.findall(r"/decide/(\S+)", words)),
    }
