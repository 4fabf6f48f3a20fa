"""The same entity in the `eventsourcing` library, as its documentation shows it, on SQLite.

Its SQLite adapter turns WAL on by itself and leaves `synchronous` at what SQLite was compiled with. We look
that this is FULL, and set nothing else: JSON transcoder, no snapshots, no cache, no compression, no cipher.
"""

from collections.abc import Iterator, Sequence
from functools import singledispatchmethod
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.projection import Projection
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder

from bench import material

SYNCHRONOUS_FULL = 2
GROUP = "order-reviewers"
UPSERT = """
INSERT INTO entity_list VALUES (:entity_id, :number, :label, :origin, :phone, :fax, :version)
ON CONFLICT (entity_id) DO NOTHING
"""
REVISE = """
UPDATE entity_list SET label = :label, origin = :origin, phone = :phone, fax = :fax, version = :version
WHERE entity_id = :entity_id
"""
JOIN = "INSERT INTO entity_group VALUES (:entity_id, :name, :person_id) ON CONFLICT DO NOTHING"


class Shop(Aggregate):
    """An entity with its details and groups."""

    class Registered(Aggregate.Created):
        entity_id: UUID
        number: int
        parent_id: UUID
        label: str
        origin: str
        phone: str
        fax: str

    class DetailsRevised(Aggregate.Event):
        label: str
        origin: str
        phone: str
        fax: str

    class MembersChanged(Aggregate.Event):
        group: str
        members: list[UUID]

    @event(Registered)
    def __init__(
        self,
        entity_id: UUID,  # noqa: ARG002 -- the library makes the id of it, see create_id
        number: int,
        parent_id: UUID,
        label: str,
        origin: str,
        phone: str,
        fax: str,
    ) -> None:
        self.number, self.parent_id = number, parent_id
        self.details = (label, origin, phone, fax)
        self.groups: dict[str, frozenset[UUID]] = {}

    @staticmethod
    def create_id(entity_id: UUID) -> UUID:
        """The entity's own id."""
        return entity_id

    def revise(self, label: str, origin: str, phone: str, fax: str) -> None:
        """The same rule as the product's: what is already so is not stated again."""
        if not label.strip():
            raise ValueError("label")
        if self.details != (label, origin, phone, fax):
            self._revised(label, origin, phone, fax)

    @event(DetailsRevised)
    def _revised(self, label: str, origin: str, phone: str, fax: str) -> None:
        self.details = (label, origin, phone, fax)

    @event(MembersChanged)
    def change_members(self, group: str, members: list[UUID]) -> None:
        """Say who is in a group."""
        self.groups = {**self.groups, group: frozenset(members)}


class Shops(Application[UUID]):
    """All of them."""


def opened(path: Path) -> Shops:
    """The application on this file. Refuses to be measured with less durability than ours."""
    shops = Shops(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})
    with datastore(shops).transaction(commit=False) as cursor:
        for pragma, wanted in (("synchronous", SYNCHRONOUS_FULL), ("journal_mode", "wal")):
            cursor.execute(f"PRAGMA {pragma}")
            found = cursor.fetchone()[0]
            if found != wanted:
                raise RuntimeError(f"eventsourcing runs with {pragma}={found}, not {wanted}")
    return shops


def datastore(shops: Shops) -> SQLiteDatastore:
    """Where it keeps its rows."""
    found: SQLiteDatastore = shops.factory.datastore  # type: ignore[attr-defined]
    return found


def shop(index_id: UUID, length: int, number: int = 1) -> Shop:
    """An entity with a life of that many facts, the same as ours; not yet saved."""
    made = Shop(entity_id=index_id, number=number, parent_id=material.entity(0), **material.details(0))
    for step in range(1, length - 1):
        made.revise(**material.details(step))
    if length > 1:
        made.change_members(GROUP, [uuid5(index_id, str(seat)) for seat in range(3)])
    return made


def stored_revisions(shops: Shops, prepared: Sequence[tuple[str, int, Any]]) -> list[StoredEvent]:
    """The same revisions as its recorder wants them, by its own mapper."""
    stored = []
    for stream, before, _ in prepared:
        revised = Shop.DetailsRevised(
            originator_id=UUID(stream.removeprefix("entity-")),
            originator_version=before + 2,  # its versions count from 1
            timestamp=Shop.DetailsRevised.create_timestamp(),
            **material.details(before + 1),
        )
        stored.append(shops.mapper.to_stored_event(revised))
    return stored


class ShopList(SQLiteTrackingRecorder):
    """The same two tables as the product's projection, with the library's own tracking beside them."""

    def construct_create_table_statements(self) -> list[str]:
        """The library's tracking table and our two."""
        return [
            *super().construct_create_table_statements(),
            (
                "CREATE TABLE IF NOT EXISTS entity_list (entity_id TEXT PRIMARY KEY, number INTEGER, label TEXT,"
                " origin TEXT, phone TEXT, fax TEXT, version INTEGER)"
            ),
            (
                "CREATE TABLE IF NOT EXISTS entity_group (entity_id TEXT, name TEXT, person_id TEXT,"
                " PRIMARY KEY (entity_id, name, person_id))"
            ),
        ]

    def write(self, statements: Sequence[tuple[str, dict[str, Any]]], tracking: Tracking) -> None:
        """The rows and the place, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for sql, params in statements:
                cursor.execute(sql, params)


class ShopListProjection(Projection[ShopList]):
    """From its domain events to rows."""

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ARG002
        """Nothing is left out."""
        raise TypeError(type(domain_event).__name__)

    @process_event.register
    def _(self, domain_event: Shop.Registered, tracking: Tracking) -> None:
        self.view.write([(UPSERT, _row(domain_event) | {"number": domain_event.number})], tracking)

    @process_event.register
    def _(self, domain_event: Shop.DetailsRevised, tracking: Tracking) -> None:
        self.view.write([(REVISE, _row(domain_event))], tracking)

    @process_event.register
    def _(self, domain_event: Shop.MembersChanged, tracking: Tracking) -> None:
        group = {"entity_id": str(domain_event.originator_id), "name": domain_event.group}
        joined = [(JOIN, group | {"person_id": str(member)}) for member in domain_event.members]
        self.view.write(joined, tracking)


def _row(revised: Shop.Registered | Shop.DetailsRevised) -> dict[str, Any]:
    return {
        "entity_id": str(revised.originator_id),
        "label": revised.label,
        "origin": revised.origin,
        "phone": revised.phone,
        "fax": revised.fax,
        "version": revised.originator_version,
    }


def project(shops: Shops, path: Path, chunk: int, limit: int) -> int:
    """Its projection over its notification log, from the start; how many events were handled."""
    store = SQLiteDatastore(str(path))
    view = ShopList(store)
    view.create_table()
    projection = ShopListProjection(view)
    handled = 0
    for number, domain_event in feed(shops, chunk):
        projection.process_event(domain_event, Tracking(shops.name, number))
        handled += 1
        if handled == limit:
            break
    store.close()
    return handled


def feed(shops: Shops, chunk: int) -> Iterator[tuple[int, Any]]:
    """Every event of its store as a domain event, page by page."""
    after = 0
    while page := shops.recorder.select_notifications(after, chunk, inclusive_of_start=False):
        for notification in page:
            yield notification.id, shops.mapper.to_domain_event(notification)
        after = page[-1].id
