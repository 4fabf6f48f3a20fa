"""A record such as a client in C may write: the name of a header is no text. In a process without aiokafka's own C."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from aiokafka import AIOKafkaProducer


class NoText(str):
    """A name whose bytes are none of UTF-8."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        """The bytes that Kafka gets."""
        return b"\xff\xfe"


def tell_evil(brokers: str, topic: str, *keys: str) -> None:
    """Write such a record for each of these keys."""
    command = [sys.executable, "-m", "tests.brokers.evil", brokers, topic, *keys]
    environ = {**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}
    subprocess.run(command, env=environ, cwd=Path(__file__).parents[2], check=True, capture_output=True)


async def main(brokers: str, topic: str, *keys: str) -> None:
    """Write them from this process."""
    producer = AIOKafkaProducer(bootstrap_servers=brokers)
    await producer.start()
    for key in keys:
        await producer.send_and_wait(topic, b"evil", key=key.encode(), headers=[(NoText("x"), b"1")])
    await producer.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
