"""How far each consumer is behind what it hears: our own checkpoints against what the sources hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.runtime.desk import Desk
from shared.runtime.host import House
from shared.runtime.tables import CHECKPOINTS


@dataclass(frozen=True, slots=True)
class Lag:
    """One source of one consumer: the position of the last fact handled, and how many there are behind it."""

    consumer: str
    source: str
    position: int
    behind: int


async def lags(house: House, desk: Desk) -> Sequence[Lag]:
    """Every source of every consumer of this desk, whoever runs it. Raises what is TRANSIENT."""
    found = []
    for consumer in desk.consumers.values():
        rows = await desk.rows(CHECKPOINTS, {"consumer": consumer.name})
        reached: dict[str, int] = {row["source"]: row["position"] for row in rows}
        behind = await house.bus.behind(consumer.topics, reached, house.desks)
        for source, count in sorted(behind.items()):
            found.append(Lag(consumer.name, source, reached.get(source, 0), count))
    return found


async def oldest(house: House, behind: Sequence[Lag]) -> datetime | None:
    """When the earliest fact was stated that one of these has still to handle; None if there is none."""
    places = {lag.source: lag.position for lag in behind if lag.behind}
    return await house.bus.moment_behind(places, house.desks) if places else None
