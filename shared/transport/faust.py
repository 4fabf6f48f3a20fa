"""Apache Kafka through Faust: an agent takes facts in, from our own checkpoint.

Faust 0.15 acknowledges an event whose agent raised, and with `concurrency` above 1 goes past one that is still in
hand. So there is one agent at a time, which only puts events down to be taken up; where to go on is decided by our
checkpoint; and whatever goes wrong inside Faust ends its app, so that the engine joins anew.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import faust
import mode
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError
from faust.app.base import BootStrategy
from faust.serializers import codecs
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.threads import WorkerThread
from yarl import URL

from shared.transport.fetching import Record, fetched
from shared.transport.group_client import GroupClient
from shared.transport.kafka import KafkaFeed, Owner, anew, hold_back, source_of
from shared.transport.port import Batch
from shared.transport.shelf import Shelf

log = logging.getLogger("faust")
"""What Faust's own parts say: much, if nobody tells them not to."""

HINT_SECONDS = 5.0
"""How long a commit may take that only serves stock tools."""
STOP_SECONDS, LOOK_SECONDS = 30.0, 0.01

for _name in [name for name in codecs.codecs if "pickle" in name]:
    del codecs.codecs[_name]  # it runs what a message says


class FaustFeed(KafkaFeed):
    """What KafkaFeed hears, and as it promises it, taken in by an agent of Faust."""

    async def batches(self, after: Mapping[str, int]) -> AsyncGenerator[Batch, None]:
        """See Feed.batches. `after` is read anew at each assignment through the owner."""
        del after
        shelf = Shelf()
        app = _App(self._brokers, self._group, self._member, self._owner, shelf)
        app.hear(self._topics)
        starting = asyncio.create_task(_started(app))
        try:
            while not await app.wait_for_stopped(shelf.laid.wait()):
                for batch in shelf.taken_up():
                    yield batch
            raise ConnectionError(f"{self._group}: {type(app.crash_reason).__name__}") from app.crash_reason
        except KafkaError as error:
            raise ConnectionError(f"{self._group}: {type(error).__name__}") from error
        finally:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            async with asyncio.timeout(STOP_SECONDS):
                await app.stop()


class _WithoutProducer(BootStrategy):
    enable_kafka_producer = False


class _App(faust.App):
    """One member of a group: neither a web server nor a producer, no tables, and nothing from the environment."""

    BootStrategy = _WithoutProducer
    logger = log

    def __init__(self, brokers: str, group: str, member: str, owner: Owner, shelf: Shelf) -> None:
        super().__init__(
            group,
            broker=[f"kafka://{broker}" for broker in brokers.split(",")],
            env={},
            key_serializer="raw",
            value_serializer="raw",
            store="memory://",
            web_enabled=False,
            topic_allow_declare=False,
            topic_disable_leader=True,
            stream_wait_empty=False,
        )
        self.brokers, self.group, self.member, self.owner, self.shelf = brokers, group, member, owner, shelf
        self.transport = _Transport([URL(f"kafka://{broker}") for broker in brokers.split(",")], self)

    def hear(self, topics: Sequence[str]) -> None:
        """Let one agent hear these topics."""

        async def put_down(stream: "faust.StreamT[bytes]") -> None:
            async for event in cast("faust.Stream[bytes]", stream).noack().events():
                await self.shelf.put(event)

        alone = self.agent(self.topic(*topics), concurrency=1, supervisor_strategy=mode.CrashingSupervisor)
        alone(put_down)

    def on_rebalance_end(self) -> None:
        """Faust's streams pass nothing over any more."""
        super().on_rebalance_end()
        self.add_future(cast("_Consumer", self.consumer).let_fetch())

    def _create_directories(self) -> None:
        """None is needed."""


async def _started(app: _App) -> None:
    """Faust's own start, which is not over before partitions have been given to us."""
    try:
        await app.start()
    except Exception as error:
        app.shelf.fail(error)


class _QuietThread(WorkerThread):
    """Its service has told the app of a crash already. Nothing in it has to be waited for at the end."""

    def __init__(self, service: Any, **kwargs: Any) -> None:
        super().__init__(service, **kwargs)
        self.daemon = True

    def run(self) -> None:
        with suppress(Exception):
            super().run()


class _Thread(driver.AIOKafkaConsumerThread):
    logger = log
    app: _App
    Worker = _QuietThread

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        """The same client that KafkaFeed has."""
        del transport
        return GroupClient(self.app.brokers, self.app.group, self.app.member)

    async def _fetch_records(
        self, consumer: AIOKafkaConsumer, active_partitions: set[TP], *_: Any, **__: Any
    ) -> dict[TP, list[Record]]:
        """As KafkaFeed fetches them."""
        if not self.consumer.flow_active:
            return {}
        try:
            found = await fetched(consumer, *(TopicPartition(*place) for place in active_partitions))
        except (ConsumerStoppedError, IllegalStateError):  # its partitions have gone meanwhile
            return {}
        return {TP(*place): list(records) for place, records in found.items()}

    async def let_fetch(self, partitions: Iterable[TP]) -> None:
        """Fetch these, but for those that have gone to somebody else meanwhile. To be called in this thread."""
        consumer = self._ensure_consumer()
        given = consumer.assignment()
        consumer.resume(*(place for place in (TopicPartition(*tp) for tp in partitions) if place in given))

    async def stop(self) -> None:
        """Stop it, even where it has only just been told to start, and mode would leave it behind."""
        while self._thread and self._thread.is_alive() and not self._started.is_set():  # noqa: ASYNC110 -- another thread sets it
            await asyncio.sleep(LOOK_SECONDS)
        await super().stop()

    def _stopped_set(self) -> None:
        with suppress(RuntimeError):  # after a crash it has closed its loop already
            super()._stopped_set()

    def on_crash(self, msg: str, *fmt: Any, **kwargs: Any) -> None:
        """The app says so, in the log and not on standard error."""


class _Listener(driver.ConsumerRebalanceListener):
    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Hold back until Faust is ready: what its streams pass over before, it does not read a second time."""
        consumer, partitions = self._thread._ensure_consumer(), set(assigned)
        hold_back(consumer, partitions)
        await super().on_partitions_assigned(partitions)


class _Consumer(driver.Consumer):
    """Goes to our own places, never to the group's."""

    RebalanceListener = _Listener
    logger = log
    app: _App
    _thread: _Thread
    _places: Mapping[TP, int]

    def _new_consumer_thread(self) -> _Thread:
        self._places = {}
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish the batch in hand; whoever is next begins behind it."""
        self._places = {}
        await self.app.owner.let_go()
        self.app.shelf.clear()
        if not self.app.should_stop:
            await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Go on behind what our own tables have. Who is told to stop meanwhile gets no answer from the thread."""
        try:
            await self.app.wait(self._take_over(assigned, generation_id))
        except Exception as error:
            self.app.shelf.fail(error)
            raise

    async def _take_over(self, assigned: set[TP], generation_id: int) -> None:
        places = await self.app.owner.take_over([source_of(tp) for tp in assigned])
        heard = {tp: places.get(source_of(tp), 0) for tp in assigned}
        begins, ends = await self.earliest_offsets(*assigned), await self.highwaters(*assigned)
        lost = {tp for tp, place in heard.items() if not begins[tp] <= place <= ends[tp]}
        self.app.shelf.clear([anew(source_of(tp), heard[tp], begins[tp]) for tp in lost])
        self._places = heard | {tp: begins[tp] for tp in lost}
        await self.seek_wait(self._places)
        await super().on_partitions_assigned(assigned, generation_id)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Where Faust would go to the group's offsets, it goes where we are."""
        await self.seek_wait(self._places)
        return self._places

    async def let_fetch(self) -> None:
        """Fetch what was held back until Faust was ready for it."""
        await self._thread.call_thread(self._thread.let_fetch, self._places)

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """A hint, so that stock tools can show the lag: not worth a crash, nor a long wait."""
        if self.crashed:
            return False
        hint = {TopicPartition(*tp): offset for tp, offset in offsets.items()}
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(HINT_SECONDS):
                await self._thread.call_thread(self._thread._ensure_consumer().commit, hint)
                return True
        return False

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Nothing: our own watchdog looks at our own progress."""


class _Transport(driver.Transport):
    Consumer = _Consumer
