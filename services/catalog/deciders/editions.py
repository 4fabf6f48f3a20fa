"""The editions of a package: what each was when it ended, from the facts themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.catalog.deciders.package import evolve
from services.catalog.deciders.package_commands import Package
from shared.contracts.catalog import PackageEvent, PackagePublished, PackageReinitialised
from shared.kernel.ids import EntityId
from shared.kernel.message import Actor


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: as it stood when `ended` was stated, or as it stands where that is None."""

    package: Package
    published_at: datetime | None
    ended: PackageReinitialised | None = None

    def seen_by(self, actor: Actor, at: datetime) -> bool:
        """True if this actor may read it: head office all, an entity what was offered to it, or is now."""
        if actor.is_central:
            return True
        package, entity = self.package, actor.entity_id
        open_to_all = package.kind == "local" and not package.audience
        if self.published_at is None or not (open_to_all or entity in package.audience):
            return False
        details = package.details
        return self.ended is not None or (
            package.status == "published" and details.starts_at <= at < details.ends_at
        )

    def audience_for(self, actor: Actor) -> Sequence[EntityId]:
        """The invited entities that this actor may know of."""
        return sorted((one for one in self.package.audience if actor.sees(one)), key=str)


def editions_of(history: Iterable[PackageEvent]) -> Sequence[Edition]:
    """All editions, the first one first; the last one is the one that there is now."""
    package: Package | None = None
    published_at: datetime | None = None
    over: list[Edition] = []
    for event in history:
        match event:
            case PackagePublished():
                published_at = event.at
            case PackageReinitialised() if package is not None:
                over.append(Edition(package, published_at, event))
                published_at = None
        package = evolve(package, event)
    return [*over, Edition(package, published_at)] if package is not None else over
