"""What is looked up for operators whenever their tools ask: how much is waiting, and is everything there."""

import logging
from collections.abc import Awaitable
from datetime import timedelta

from shared.runtime import parking
from shared.runtime.desk import Desk
from shared.runtime.host import House
from shared.runtime.lag import lags, oldest
from shared.runtime.patience import TRANSIENT
from shared.runtime.tables import CHECKPOINTS
from shared.telemetry import metrics

log = logging.getLogger(__name__)
OVERDUE_AFTER = timedelta(minutes=1)


async def look(house: House) -> None:
    """Set every gauge anew. What does not answer leaves its gauges absent, and the process not ready."""
    for gauge in metrics.LOOKED_UP:
        gauge.clear()
    metrics.READY.set(await _answers(house.check(), "this process"))
    for desk in house.desks.values():
        if await _answers(_stored(house, desk), desk.service.name):
            await _answers(_behind(house, desk), desk.service.name)


async def _answers(asking: Awaitable[None], what: str) -> bool:
    try:
        await asking
    except TRANSIENT as error:
        log.warning("no answer for the gauges", extra={"of": what, "cause": type(error).__name__})
        return False
    return True


async def _stored(house: House, desk: Desk) -> None:
    """What store and tables know."""
    service = desk.service.name
    parked = await parking.stopped(desk.db)
    for name in desk.consumers:
        metrics.PARKED.labels(service, name).set(parked.get(name, 0))
    metrics.TIMERS_OVERDUE.labels(service).set(await desk.timers.due_before(desk.now() - OVERDUE_AFTER))
    if desk.service.deciders and house.bus.relays:
        told = await desk.one(CHECKPOINTS, {"consumer": f"{service}.relay"})
        metrics.RELAY_BACKLOG.labels(service).set(await desk.store.count(told["position"] if told else 0))


async def _behind(house: House, desk: Desk) -> None:
    """What has to be compared with the bus."""
    service, found = desk.service.name, await lags(house, desk)
    for name in desk.consumers:
        mine = [lag for lag in found if lag.consumer == name]
        metrics.LAG_EVENTS.labels(service, name).set(sum(lag.behind for lag in mine))
        moment = await oldest(house, mine)
        seconds = max(0.0, (desk.now() - moment).total_seconds()) if moment else 0.0
        metrics.LAG_SECONDS.labels(service, name).set(seconds)
