"""Commands about what we tell others: the topics on the broker, the published contract, and the choice of a bus."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.ground import (
    FAILED,
    UNREACHABLE,
    WRONG,
    AsJson,
    Leave,
    bus_of,
    chosen,
    opened,
    progress,
    say,
    show,
)
from shared import contract
from shared.contracts.registry import owner_of
from shared.runtime.bus import Bus
from shared.runtime.moved import utc_now
from shared.runtime.relay import tell_again
from shared.settings import Settings
from shared.web.app import build
from shared.web.tokens import Tokens

if TYPE_CHECKING:
    from shared.transport.topics import Topics

WAY_OUT = (
    "an event may gain optional fields with a default and enums values; "
    "anything else is a new schema_version with an upcast, see docs/decisions/009"
)

topics = typer.Typer(no_args_is_help=True, help="Declared topics against the broker.")
published = typer.Typer(no_args_is_help=True, help="What subscribers may rely on.")


async def checked_bus_of(settings: Settings) -> Bus | None:
    """The bus that was chosen, its topics checked; None for the stores' own tails. Leave if it cannot be used."""
    bus = bus_of(settings)
    if bus is not None:
        from shared.transport.topics import declared

        async with _topics_of(settings) as there:
            await there.check(declared())
    return bus


@topics.command("plan")
def plan(*, as_json: AsJson = False) -> None:
    """What `apply` would do; nothing if all is as declared. Exit 1 if something cannot be done."""
    steps = asyncio.run(_steps(chosen(), apply=False))
    show(steps, ("topic", "what"), as_json=as_json)
    if not all(step["possible"] for step in steps):
        raise Leave(FAILED, "a topic cannot be changed so; make a new one and fill it from the store")


@topics.command("apply")
def apply(*, as_json: AsJson = False) -> None:
    """Create and alter topics as declared in deploy/topics.yaml. Nothing is ever deleted."""
    steps = asyncio.run(_steps(chosen(), apply=True))
    show(steps, ("topic", "what"), as_json=as_json)
    say(f"{len(steps)} changes made", as_json=as_json, changes=len(steps))


def backfill(
    topic: Annotated[str, typer.Argument(help="Whose facts, such as samverkan.ordering.orders.")],
    *,
    into: Annotated[str, typer.Option(help="Another topic that is there; the same one if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell every fact of a topic again from the store, in order, into that topic or into another.

    For a broker that lost what it had acknowledged, and for a new topic with more partitions. Works beside a
    running `up`. Subscribers drop what they have seen by its id.
    """
    settings = chosen()
    bus_of(_over_kafka(settings))
    told = asyncio.run(_told_again(settings, topic, into, quiet=as_json))
    sentence = f"{told} facts are told again in {into or topic}"
    say(sentence, as_json=as_json, topic=topic, into=into or topic, facts=told)


@published.command("export")
def export(*, as_json: AsJson = False) -> None:
    """Write deploy/contract: two JSON Schemas of every event version, OpenAPI, and AsyncAPI where Kafka's parts are."""
    if broken := contract.broken():
        raise Leave(FAILED, "; ".join([*broken, WAY_OUT]))
    changed = contract.write(generated())
    show([{"file": name} for name in changed], ("file",), as_json=as_json)


@published.command("check")
def check(*, as_json: AsJson = False) -> None:
    """Exit 1, naming event and field, if this code would break a subscriber; or a file that is not exported."""
    broken = contract.broken()
    found = broken or not_exported()
    show([{"problem": sentence} for sentence in found], ("problem",), as_json=as_json)
    if found:
        raise Leave(FAILED, f"{len(found)} problem(s) in the contract" + (f"; {WAY_OUT}" if broken else ""))
    want = "" if _kafka_is_here() else f"; {contract.ASYNCAPI} can be compared only with the extra `kafka`"
    say(f"the contract holds{want}", as_json=as_json, problems=0)


def not_exported() -> list[str]:
    """One sentence for each file of deploy/contract that is not as this code makes it."""
    way_out = "run `samverkan contract export` and commit it"
    return [
        f"deploy/contract/{name} is not what this code makes; {way_out}"
        for name in contract.stale(generated())
    ]


def generated() -> dict[str, Any]:
    """Every file of the contract. AsyncAPI tells of topics, so it is made only where Kafka's parts are installed."""
    found = {**contract.documents(), "openapi.json": openapi()}
    if _kafka_is_here():
        from shared import asyncapi

        found[contract.ASYNCAPI] = asyncapi.document(contract.known())
    return found


def _kafka_is_here() -> bool:
    return bool(find_spec("aiokafka") and find_spec("yaml"))


def openapi() -> dict[str, Any]:
    """The OpenAPI document of the whole product, as the gateway serves it."""
    from services.embedded import SERVICES

    app = build(SERVICES, {}, Settings(), Tokens("x" * 32), utc_now)
    return app.openapi()


async def _told_again(settings: Settings, topic: str, into: str, *, quiet: bool) -> int:
    from shared.transport.cloudevents import CATEGORIES, PREFIX
    from shared.transport.kafka import Publisher

    category = CATEGORIES.get(topic)
    if category is None:
        raise Leave(WRONG, f"{topic} is no topic of ours; there are {', '.join(sorted(CATEGORIES))}")
    await _must_be_there(settings, into or topic)
    publisher = Publisher(settings.kafka_brokers, settings.address)
    try:
        async with opened(settings) as house:
            with progress(quiet=quiet) as bar:
                task = bar.add_task(into or topic, total=None)
                return await tell_again(
                    house.desks[owner_of(topic.removeprefix(f"{PREFIX}."))].store,
                    lambda events: publisher.publish(events, into or topic),
                    category,
                    lambda count: bar.update(task, completed=count),
                )
    except ConnectionError as error:
        raise Leave(UNREACHABLE, f"SAMVERKAN_KAFKA_BROKERS {settings.kafka_brokers}: {error}") from error
    finally:
        await publisher.close()


async def _must_be_there(settings: Settings, topic: str) -> None:
    """Leave if the brokers have no such topic: a producer would wait for it, and nobody makes topics by accident."""
    async with _topics_of(settings) as there:
        known = await there.names()
    if topic not in known:
        raise Leave(WRONG, f"topic {topic} is not there; run `samverkan topics apply`, or make it first")


async def _steps(settings: Settings, *, apply: bool) -> list[dict[str, Any]]:
    bus_of(_over_kafka(settings))
    from shared.transport.topics import declared

    async with _topics_of(settings) as there:
        steps = await (there.apply(declared()) if apply else there.plan(declared()))
    return [{"topic": step.topic.name, "what": step.what, "possible": step.possible} for step in steps]


@asynccontextmanager
async def _topics_of(settings: Settings) -> AsyncIterator["Topics"]:
    """The topics of the chosen brokers. Leave if these do not answer, or those are not as they must be."""
    from shared.transport.topics import Topics, WrongTopics

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it met is said below, in one sentence
    try:
        async with Topics(settings.kafka_brokers, settings.kafka_replication) as there:
            yield there
    except (ConnectionError, TimeoutError) as error:
        raise Leave(UNREACHABLE, f"SAMVERKAN_KAFKA_BROKERS {settings.kafka_brokers}: {error}") from error
    except WrongTopics as error:
        raise Leave(WRONG, str(error)) from error
    finally:
        logging.getLogger("aiokafka").setLevel(logging.WARNING)


def _over_kafka(settings: Settings) -> Settings:
    """What is said of topics is said of Kafka, whether services hear each other over it or not."""
    return settings.model_copy(update={"transport": "kafka"})
