"""What is Faust's alone: its own ways to fail, and what it would open or read if it were let."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from faust.serializers.codecs import get_codec

from deploy.cluster.servers import Kafka, free_port
from services.cli import ground
from shared.transport import faust
from shared.transport.kafka import KafkaFeed
from shared.transport.topics import Topics, declared
from tests.cli.conftest import Here, here
from tests.cli.running import ROOT, up
from tests.cluster import patience
from tests.shared.feeds import JOINED, TOPIC, Line, Listener, line_over
from tests.shared.lines import all_shared_by, at_work, each_once, reached, told_by, until
from tests.shared.toys import person

MANY = range(40)
LISTEN = "0A"
App = faust._App
__all__ = ["here"]


@pytest.fixture
async def line(broker: Kafka, tmp_path: Path) -> AsyncIterator[Line]:
    async with line_over(broker.brokers, JOINED["faust"], tmp_path) as opened:
        yield opened


@pytest.fixture
def apps(monkeypatch: pytest.MonkeyPatch) -> list[App]:
    """Every app of Faust that was made, newest last."""
    made: list[App] = []

    class Known(App):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(faust, "_App", Known)
    return made


async def crash_thread(app: App) -> None:
    """As mode does where something fails inside the consumer's thread."""
    thread = app.consumer._thread
    asyncio.run_coroutine_threadsafe(thread.crash(RuntimeError()), thread.thread_loop)


async def crash_agent(app: App) -> None:
    """The next event fails in the agent's own hands."""

    async def fails(event: object) -> None:
        raise RuntimeError(event)

    app.shelf.put = fails  # type: ignore[method-assign]


CRASHES: Mapping[str, Callable[[App], Awaitable[None]]] = {
    "app": lambda app: app.crash(RuntimeError()),
    "fetcher": lambda app: app._fetcher.crash(RuntimeError()),
    "thread": crash_thread,
    "agent": crash_agent,
}


@pytest.mark.parametrize("what", CRASHES)
async def test_whatever_crashes_inside_faust_the_member_joins_again_and_goes_on(
    line: Line, apps: list[App], what: str, caplog: pytest.LogCaptureFixture
) -> None:
    consumer = await line.consumer()
    await line.state(*MANY)
    await line.at.rows()  # starts the thread that reads
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    async with at_work(consumer, line.join(consumer, "one")):
        await reached(consumer, *MANY)
        await CRASHES[what](apps[0])
        await line.state(*MANY)
        await reached(consumer, *MANY, version=1)
        assert len(apps) == 2
    await each_once(line)
    assert "Error while stopping" not in caplog.text
    assert asyncio.all_tasks() - tasks == set()
    assert set(threading.enumerate()) == threads


@pytest.mark.parametrize("after_seconds", [0, 0.01, 0.1, 1.0, 1.03, 1.06, 1.1])
async def test_whoever_leaves_at_whatever_moment_of_joining_leaves_whole(
    line: Line, after_seconds: float
) -> None:
    listener = line.listener()
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    with suppress(TimeoutError):
        async with asyncio.timeout(after_seconds):
            await listener.hear(line.join(listener, "one"), 1)
    assert asyncio.all_tasks() - tasks == set()
    assert set(threading.enumerate()) == threads


async def test_whoever_leaves_before_the_clients_thread_runs_takes_it_along(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_run, run = threading.Event(), faust._QuietThread.run

    def late(thread: faust._QuietThread) -> None:
        may_run.wait()
        run(thread)

    monkeypatch.setattr(faust._QuietThread, "run", late)
    listener, threads = line.listener(), set(threading.enumerate())
    hearing = asyncio.create_task(listener.hear(line.join(listener, "one"), 1))
    await until(lambda: set(threading.enumerate()) != threads)
    hearing.cancel()
    asyncio.get_running_loop().call_later(0.2, may_run.set)
    await asyncio.wait({hearing})
    assert set(threading.enumerate()) == threads


async def test_a_flow_that_faust_resumes_too_early_brings_nothing_from_elsewhere(
    line: Line, apps: list[App]
) -> None:
    class Resumed(Listener):
        """Faust ends one recovery while the next assignment is still being taken over."""

        async def take_over(self, sources: Collection[str]) -> Mapping[str, int]:
            (app,) = apps
            app.consumer.resume_partitions(app.consumer.assignment())
            app.flow_control.resume()
            app.consumer.resume_flow()
            await app._fetcher.maybe_start()
            await asyncio.sleep(1)
            return await super().take_over(sources)

    await line.state(*MANY)
    await told_by(line).hint(await told_by(line).ends())
    await line.state(*MANY)
    listener = Resumed(line.begins)
    await listener.hear(line.join(listener, "one"), 2 * len(MANY))
    assert listener.versions() == {f"person-{person(number)}": [0, 1] for number in MANY}


@pytest.mark.row("J22")
async def test_members_of_both_transports_share_a_group_so_that_workers_can_change_one_by_one(
    line: Line, broker: Kafka
) -> None:
    one, two = await line.consumer(), await line.consumer()
    other = KafkaFeed(broker.brokers, told_by(line).group, [TOPIC], two, "two", {})
    async with at_work(one, line.join(one, "one")), at_work(two, other):
        await until(lambda: all_shared_by(one, two))
        heard = one.heard, two.heard
        await line.state(*MANY)
        await until(lambda: one.heard > heard[0] and two.heard > heard[1])

        async def heard_by_either() -> bool:
            return len(await line.at.rows()) == len(MANY)

        await patience.until(heard_by_either)
    await each_once(line)


@pytest.mark.parametrize("name", ["pickle", "pickle_restricted", "pickle_fickling"])
def test_no_codec_that_runs_what_a_message_says_is_left(name: str) -> None:
    with pytest.raises(KeyError):
        get_codec(name)


def test_faust_that_is_not_installed_is_asked_for(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ground.find_spec
    monkeypatch.setattr(ground, "find_spec", lambda name: None if name == "faust" else found(name))
    chosen = {"SAMVERKAN_TRANSPORT": "faust", "SAMVERKAN_KAFKA_BROKERS": "127.0.0.1:1"}
    code, _, said = here(tmp_path, "up", "--empty", **chosen)
    assert code == ground.WRONG
    assert "install the extra `faust`" in said


@pytest.mark.process
async def test_a_process_listens_at_its_own_ports_only_whatever_faust_reads_in_the_environment(
    broker: Kafka, tmp_path: Path
) -> None:
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    chosen = {"SAMVERKAN_TRANSPORT": "faust", "SAMVERKAN_KAFKA_BROKERS": broker.brokers}
    misleading = {"WEB_ENABLED": "1", "WEB_PORT": str(free_port()), "BROKER_URL": "kafka://127.0.0.1:1"}
    with up(tmp_path, "--empty", **chosen, **misleading) as running:
        await patience.until(partial(is_in_a_group, broker.brokers, "samverkan.catalog.entity_list"))
        greeted = {int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", "\n".join(running.lines))}
        assert listening_ports(running.process.pid) == greeted
        assert list(ROOT.glob("*-data")) == []  # where Faust keeps what it keeps
        code, _ = await asyncio.to_thread(running.stop)
        assert code == 0


async def is_in_a_group(brokers: str, group: str) -> bool:
    """True as soon as somebody is in it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        return group in [name for name, _protocol in await admin.list_consumer_groups()]
    finally:
        await admin.close()


def listening_ports(pid: int) -> set[int]:
    """Every TCP port that this process listens at, as Linux knows it."""
    links = [str(handle.readlink()) for handle in Path(f"/proc/{pid}/fd").iterdir()]
    mine = {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:")}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == LISTEN and inode in mine:
                found.add(int(local.rpartition(":")[2], 16))
    return found
