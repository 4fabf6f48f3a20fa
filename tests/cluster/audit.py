"""The loss audit: what was asked against what is stored, told, shown and done. Nothing lost, nothing twice."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection
from itertools import chain

from shared import codec
from shared.contracts.campaigns import ChildCampaignCreated
from shared.contracts.notifier import NoticeQueued, NoticeSent
from shared.contracts.ordering import OrderApproved
from shared.kernel.message import Recorded, Stored
from shared.runtime.host import House
from shared.transport.topics import declared
from tests.brokers.listening import headers_of, records_of

AT_ONCE = 10_000


async def findings(house: House, brokers: str, acknowledged: Collection[str]) -> list[str]:
    """One sentence for each thing that is not as it must be; `acknowledged` are positions that callers got."""
    stored = {name: await _all(house, name) for name in house.desks}
    facts = [codec.read(one) for one in chain.from_iterable(stored.values())]
    checks = (
        _answered(acknowledged, facts),
        _once(facts),
        _told(brokers, list(chain.from_iterable(stored.values()))),
        _shown(house),
    )
    return [found for check in checks async for found in check]


async def _all(house: House, name: str) -> list[Stored]:
    found: list[Stored] = []
    while page := await house.desks[name].store.tail(found[-1].position if found else 0, AT_ONCE):
        found += page
    return found


async def _answered(acknowledged: Collection[str], facts: list[Recorded]) -> AsyncIterator[str]:
    there = {f"{fact.stream}@{fact.version}" for fact in facts}
    for position in acknowledged:
        if position not in there:
            yield f"{position} was acknowledged and is not stored"


async def _once(facts: list[Recorded]) -> AsyncIterator[str]:
    """Each effect of each cause: one child of an order, one notice of a kind for a person, one mail of a notice."""
    children = Counter(fact.event.order_id for fact in facts if isinstance(fact.event, ChildCampaignCreated))
    wanted = {
        fact.event.order_id
        for fact in facts
        if isinstance(fact.event, OrderApproved) and fact.event.creates == "child_campaign"
    }
    for order_id in wanted | children.keys():
        if children[order_id] != (order_id in wanted):
            yield f"order {order_id} has {children[order_id]} children"
    for kind in (NoticeQueued, NoticeSent):
        for stream, count in Counter(fact.stream for fact in facts if isinstance(fact.event, kind)).items():
            if count > 1:
                yield f"{stream} has {count} {kind.__name__}"
    sent = {fact.stream for fact in facts if isinstance(fact.event, NoticeSent)}
    for fact in facts:
        if isinstance(fact.event, NoticeQueued) and fact.stream not in sent:
            yield f"{fact.stream} never went out"


async def _told(brokers: str, stored: list[Stored]) -> AsyncIterator[str]:
    """Every fact in its topic, in order per key; repeats with their own id only."""
    told: dict[str, list[str]] = defaultdict(list)
    topics = {topic.name: topic.partitions for topic in declared() if not topic.name.endswith(".parked")}
    for record in await records_of(brokers, topics):
        headers = headers_of(record)
        told[headers["ce_subject"]].append(headers["ce_id"])
    streams: dict[str, list[str]] = defaultdict(list)
    for one in stored:
        streams[one.stream].append(str(one.id))
    for stream, ids in streams.items():
        if list(dict.fromkeys(told[stream.partition("-")[2]])) != ids:
            yield f"{stream} is not told as it is stored"


async def _shown(house: House) -> AsyncIterator[str]:
    """Chains, views and memories against a fresh fold, and nothing that stands still."""
    for name, desk in house.desks.items():
        async for broken in desk.store.verify():
            yield f"{broken.stream}@{broken.version} of {name} has another hash"
        for row in await desk.rows("SELECT consumer, stream, cause FROM parked"):
            yield f"{row['stream']} is parked in {row['consumer']}: {row['cause']}"
        for view in desk.service.projections:
            for table in await house.rebuild(view.name, swap=False):
                if table.different:
                    yield f"{table.different} of {table.live} rows of {table.table} differ from a fresh fold"
