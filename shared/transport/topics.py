"""Declared topics against the broker: what would be created or altered, and doing it. Nothing is ever deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stamina
import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from shared.transport.begun import begun

SHOWN_SECONDS = 15
DECLARED = Path(__file__).parent.parent.parent / "deploy" / "topics.yaml"


class WrongTopics(Exception):
    """The broker's topics are not those that were declared; the message names one and the way out."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is declared. `config` are Kafka's own names and values."""

    name: str
    partitions: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that `apply` would do, or cannot do (`possible` false)."""

    topic: Topic
    what: str
    possible: bool = True


def declared(path: Path = DECLARED) -> Sequence[Topic]:
    """Every topic of the declaration."""
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    defaults = document["defaults"]
    return [Topic(name, int(defaults["partitions"]), dict(defaults["config"])) for name in document["topics"]]


class Topics:
    """The topics of one cluster: `async with Topics(brokers, replication) as topics`."""

    def __init__(self, brokers: str, replication: int = 1) -> None:
        self._admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
        self._replication = replication

    async def __aenter__(self) -> "Topics":
        try:
            await begun(self._admin.start())
        except BaseException as error:
            await self._admin.close()
            if not isinstance(error, KafkaError):
                raise
            raise ConnectionError(f"no broker answers: {type(error).__name__}") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._admin.close()

    async def names(self) -> set[str]:
        """Every topic that the brokers have."""
        return set(await self._admin.list_topics())

    async def plan(self, wanted: Sequence[Topic]) -> list[Step]:
        """What differs, topic by topic; empty when all is as declared."""
        there = await self.names()
        steps = [
            Step(topic, f"create with {topic.partitions} partitions")
            for topic in wanted
            if topic.name not in there
        ]
        known = [topic for topic in wanted if topic.name in there]
        counts = await self.partitions([topic.name for topic in known])
        configs = await self._configs([topic.name for topic in known])
        for topic in known:
            if counts[topic.name] != topic.partitions:
                # More partitions would move keys to other partitions, and facts of one stream out of order.
                what = f"has {counts[topic.name]} partitions, {topic.partitions} are declared"
                steps.append(Step(topic, what, possible=False))
            for name, value in topic.config.items():
                if configs[topic.name].get(name) != value:
                    steps.append(Step(topic, f"set {name} to {value}, it is {configs[topic.name].get(name)}"))
        return steps

    async def apply(self, wanted: Sequence[Topic]) -> list[Step]:
        """Create and alter, and return once the brokers show it; what was done.

        Raises WrongTopics for what cannot be done, before doing anything, and TimeoutError where the change was
        accepted and is not shown within SHOWN_SECONDS.
        """
        steps = await self.plan(wanted)
        for step in steps:
            if not step.possible:
                raise WrongTopics(
                    f"{step.topic.name} {step.what}; make a new topic and fill it from the store"
                )
        missing = {step.topic.name: step.topic for step in steps if step.what.startswith("create")}
        if missing:
            await self._create(list(missing.values()))
        changed = {step.topic.name: step.topic for step in steps if step.topic.name not in missing}
        if changed:
            await self._admin.alter_configs(
                [
                    ConfigResource(ConfigResourceType.TOPIC, t.name, configs=dict(t.config))
                    for t in changed.values()
                ]
            )
        async for attempt in stamina.retry_context(
            on=TimeoutError, attempts=None, timeout=SHOWN_SECONDS, wait_initial=0.05, wait_max=0.5
        ):
            with attempt:  # the controller answers before every broker has heard of it
                if await self.plan(wanted):
                    raise TimeoutError("the brokers do not show the change yet")
        return steps

    async def _create(self, topics: Sequence[Topic]) -> None:
        new = [
            NewTopic(topic.name, topic.partitions, self._replication, topic_configs=dict(topic.config))
            for topic in topics
        ]
        answer = await self._admin.create_topics(new)
        for name, code, *_ in answer.topic_errors:
            if code:
                raise WrongTopics(f"{name} could not be created: {for_code(code).__name__}")

    async def check(self, wanted: Sequence[Topic]) -> None:
        """Raises WrongTopics where a topic is missing or has another number of partitions."""
        for step in await self.plan(wanted):
            if step.what.startswith("create"):
                raise WrongTopics(f"topic {step.topic.name} is missing; run `samverkan topics apply`")
            if not step.possible:
                raise WrongTopics(
                    f"topic {step.topic.name} {step.what}; make a new topic and fill it from the store"
                )

    async def partitions(self, names: Sequence[str]) -> dict[str, int]:
        """How many partitions each of these topics has; nothing of those that are not there."""
        if not names:
            return {}
        found = await self._admin.describe_topics(list(names))
        return {topic["topic"]: len(topic["partitions"]) for topic in found if topic["partitions"]}

    async def _configs(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        configs: dict[str, dict[str, str]] = {}
        for answer in await self._admin.describe_configs(asked):
            for _, _, _, name, entries in answer.resources:
                configs[name] = {entry[0]: entry[1] for entry in entries}
        return configs
