"""Random legal and illegal commands on the orders of one package: what holds whatever anybody asks for."""

from datetime import datetime, timedelta
from typing import Any, get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.ordering.deciders.offered import Offered
from services.ordering.deciders.order import ORDER
from services.ordering.deciders.order_commands import (
    ENDED,
    AttachDocument,
    Because,
    ConfirmSubscription,
    MakeOrderAvailable,
    Order,
    OrderCommand,
    PreSubscribe,
    RemoveDocument,
    ReopenOrder,
    order_id_of,
)
from shared.contracts.ordering import (
    EntityPreSubscribed,
    OrderApproved,
    OrderCancelled,
    OrderMadeAvailable,
    OrderPlaced,
    OrderReopened,
    OrderWithdrawn,
)
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId, OrderId
from shared.kernel.message import Actor, Event
from tests.facts import id_of
from tests.ordering.shelf import DEADLINE, FIELDS, day
from tests.ordering.words import (
    ANNA,
    BO,
    EAST,
    MACHINE,
    NILS,
    NORTH,
    PACKAGE,
    approve,
    asks,
    cancel,
    draft,
    enter,
    offer,
    place,
    reject,
    withdraw,
)
from tests.world import MONDAY

PEOPLE = st.sampled_from([ANNA, ANNA, BO, NILS])
ENTITIES = st.sampled_from([EAST, EAST, NORTH])
WHICH = st.sampled_from([0, 0, 0, 1, 2])
ENTRIES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"greeting": "Hej"},
        {"greeting": "Hej", "segment": "18-29"},
        {"greeting": "Hallå", "quantity": 3},
        {"greeting": None},
        {"segment": "99+"},
        {"nothing": 1},
    ]
)
BECAUSE: list[Because | None] = [None, *get_args(Because)]
FILES = st.sampled_from(["a", "b"])
HANDED_IN = (OrderPlaced, EntityPreSubscribed)
TERMINAL = (OrderWithdrawn, OrderCancelled)


class Orders(RuleBasedStateMachine):
    """East is invited and North is not. Each order is a list of facts; commands go through the real decider."""

    @initialize(
        mode=st.sampled_from(["manual", "automatic"]),
        kind=st.sampled_from(["by_form", "by_campaign"]),
        placed=st.booleans(),
    )
    def publish(self, mode: str, kind: str, placed: bool) -> None:
        self.offer = offer(approval_mode=mode, kind=kind, available_at=day(10))
        self.status = "published"
        self.now: datetime = MONDAY
        self.streams: dict[OrderId, list[Event]] = {}
        self.draft(ANNA, EAST, {"greeting": "Hej"})
        if placed:
            self.place(ANNA, 0)

    def offered(self, entity_id: EntityId = EAST) -> Offered:
        told = {"number": 12, "label": "Spring", "status": self.status, "invited": entity_id == EAST}
        return Offered.model_validate({"offer": self.offer, **told})

    def next_id(self, entity_id: EntityId) -> OrderId:
        ended = [one for one in self.orders() if one.entity_id == entity_id and one.status in ENDED]
        return order_id_of(PACKAGE, 1, entity_id, len(ended))

    def orders(self) -> list[Order]:
        found = [ORDER.fold(stream) for stream in self.streams.values()]
        return [order for order in found if order is not None]

    def ask(self, command: OrderCommand) -> None:
        """Have the command decided, and once more as a repeat: it has one effect, and ends are for ever."""
        stream = self.streams.get(command.order_id, [])
        before = ORDER.fold(stream)
        decided = ORDER.decide(command, before)
        if isinstance(decided, Refused) or not decided:
            return
        assert before is None or before.status not in ENDED
        self.streams[command.order_id] = [*stream, *decided]
        again = ORDER.decide(command, ORDER.fold(self.streams[command.order_id]))
        assert isinstance(again, Refused) or not again, (command, again)

    def of(self, by: Actor, which: int) -> dict[str, Any]:
        """What every command on one of the orders says, the standing one first; or on one that never was."""
        standing_first = sorted(self.orders(), key=lambda order: (order.status in ENDED, order.order_id))
        ids = [order.order_id for order in standing_first] or [OrderId(id_of("none"))]
        return asks(by, self.now) | {"order_id": ids[which % len(ids)]}

    @rule(hours=st.sampled_from([1, 24, 24 * 8]))
    def let_time_pass(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(status=st.sampled_from(["published", "published", "unavailable", "cancelled"]))
    def move_package(self, status: str) -> None:
        self.status = status

    @rule(by=PEOPLE, entity_id=ENTITIES, values=ENTRIES)
    def draft(self, by: Actor, entity_id: EntityId, values: dict[str, Any]) -> None:
        place = {"entity_id": entity_id, "order_id": self.next_id(entity_id), "values": values}
        self.ask(draft(by, self.now, offered=self.offered(entity_id), **place))

    @rule()
    def pre_subscribe(self) -> None:
        if self.offer.approval_mode == "automatic":
            place = asks(MACHINE, self.now) | {"order_id": self.next_id(EAST), "entity_id": EAST}
            self.ask(PreSubscribe(**place, number=7, offer=self.offer, form=FIELDS))

    @rule(by=PEOPLE, which=WHICH, values=ENTRIES)
    def enter(self, by: Actor, which: int, values: dict[str, Any]) -> None:
        self.ask(enter(**self.of(by, which), offered=self.offered(), values=values))

    @rule(by=PEOPLE, which=WHICH)
    def place(self, by: Actor, which: int) -> None:
        self.ask(place(**self.of(by, which), offered=self.offered()))

    @rule(by=PEOPLE, which=WHICH, name=FILES, away=st.booleans())
    def deliver(self, by: Actor, which: int, name: str, away: bool) -> None:
        about = self.of(by, which) | {"document_id": id_of(name)}
        file = {"name": name, "media_type": "image/png", "size": 3, "sha256": name}
        self.ask(RemoveDocument(**about) if away else AttachDocument(**about, **file))

    @rule(
        by=st.sampled_from([MACHINE, MACHINE, BO]),
        which=WHICH,
        older=st.sampled_from([0, 0, 1]),
        yes=st.booleans(),
    )
    def answer(self, by: Actor, which: int, older: int, yes: bool) -> None:
        ids = self.of(by, which)
        order = ORDER.fold(self.streams.get(ids["order_id"], []))
        revision = (order.revision if order else 1) - older
        asked = approve(revision, by, offer=self.offer) if yes else reject(revision, by)
        self.ask(asked.model_copy(update=ids))

    @rule(which=WHICH)
    def confirm(self, which: int) -> None:
        ids = self.of(MACHINE, which)
        order = ORDER.fold(self.streams.get(ids["order_id"], []))
        reopened_at = order.reopened_at if order else None
        self.ask(ConfirmSubscription(**ids, reopened_at=reopened_at, offer=self.offer, form=FIELDS))

    @rule(which=WHICH)
    def make_available(self, which: int) -> None:
        self.ask(MakeOrderAvailable(**self.of(MACHINE, which)))

    @rule(by=st.sampled_from([MACHINE, BO, ANNA, NILS]), which=WHICH, because=st.sampled_from(BECAUSE))
    def end(self, by: Actor, which: int, because: Because | None) -> None:
        ids = self.of(by, which)
        if because is None:
            self.ask(withdraw().model_copy(update=ids | {"offered": self.offered()}))
        else:
            self.ask(cancel(because, by).model_copy(update=ids))

    @rule(by=st.sampled_from([BO, BO, ANNA]), which=WHICH)
    def reopen(self, by: Actor, which: int) -> None:
        self.ask(ReopenOrder(**self.of(by, which), offered=self.offered(), reason="Moved"))

    @invariant()
    def no_order_belongs_to_an_entity_outside_the_audience(self) -> None:
        assert all(order.entity_id == EAST for order in self.orders())

    @invariant()
    def an_entity_has_one_order_that_stands(self) -> None:
        assert len([order for order in self.orders() if order.status not in ENDED]) <= 1

    @invariant()
    def what_was_never_handed_in_never_counts(self) -> None:
        for stream in self.streams.values():
            if not any(isinstance(event, HANDED_IN) for event in stream):
                assert not any(isinstance(event, OrderApproved | OrderMadeAvailable) for event in stream)

    @invariant()
    def each_approval_makes_available_once_at_most_and_only_reopening_leads_to_another(self) -> None:
        for stream in self.streams.values():
            may_approve, may_use = True, False
            for event in stream:
                assert may_approve or not isinstance(event, OrderApproved)
                assert may_use or not isinstance(event, OrderMadeAvailable)
                may_approve = (may_approve and not isinstance(event, OrderApproved)) or isinstance(
                    event, OrderReopened
                )
                may_use = isinstance(event, OrderApproved) or (
                    may_use and not isinstance(event, OrderMadeAvailable)
                )

    @invariant()
    def nothing_is_handed_in_late_that_head_office_did_not_reopen(self) -> None:
        for stream in self.streams.values():
            reopened = False
            for event in stream:
                reopened = reopened or isinstance(event, OrderReopened)
                assert reopened or not isinstance(event, OrderPlaced) or event.at <= DEADLINE

    @invariant()
    def revisions_count_how_often_it_was_handed_in(self) -> None:
        for stream in self.streams.values():
            placed = [event for event in stream if isinstance(event, OrderPlaced)]
            assert [event.revision for event in placed] == list(range(1, len(placed) + 1))

    @invariant()
    def an_end_comes_once_and_last(self) -> None:
        for stream in self.streams.values():
            assert not any(isinstance(event, TERMINAL) for event in stream[:-1])


TestOrders = Orders.TestCase
TestOrders.settings = settings(
    max_examples=150, stateful_step_count=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
