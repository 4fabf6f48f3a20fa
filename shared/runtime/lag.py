"""How far each consumer is behind what it hears: our own checkpoints against where the sources end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.runtime.desk import Desk
from shared.runtime.host import House
from shared.runtime.tables import CHECKPOINTS


@dataclass(frozen=True, slots=True)
class Lag:
    """One source of one consumer. `end` is the position of the newest fact there, `position` of the last handled."""

    consumer: str
    source: str
    position: int
    end: int

    @property
    def behind(self) -> int:
        """How many positions there are still to go; where these have gaps, not more facts than that."""
        return max(0, self.end - self.position)


async def lags(house: House, desk: Desk) -> Sequence[Lag]:
    """Every source of every consumer of this desk. Raises ConnectionError and Unavailable."""
    found = []
    heard = sorted({topic for consumer in desk.consumers.values() for topic in consumer.topics})
    ends = await house.bus.ends(heard, house.desks)
    for consumer in desk.consumers.values():
        rows = await desk.rows(CHECKPOINTS, {"consumer": consumer.name})
        reached: Mapping[str, int] = {row["source"]: row["position"] for row in rows}
        for topic in sorted(consumer.topics):
            for source, end in ends[topic].items():
                found.append(Lag(consumer.name, source, reached.get(source, 0), end))
    return list(dict.fromkeys(found))  # topics that one store tells of are one source


async def oldest(house: House, behind: Sequence[Lag]) -> datetime | None:
    """When the earliest fact was stated that one of these has still to handle; None if there is none."""
    places = {lag.source: lag.position for lag in behind if lag.behind}
    return await house.bus.moment_behind(places, house.desks) if places else None
