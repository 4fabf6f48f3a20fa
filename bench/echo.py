"""`python -m bench.echo BROKERS TOPIC`: a plain consumer that says when each message was in its hands.

Hears how many will come, says that it listens, and after the last of them the moments by their values, on the
machine's own clock.
"""

import sys
import time

import uvloop
from aiokafka import AIOKafkaConsumer

from bench.sides import say


async def main(brokers: str, topic: str) -> None:
    """Listen as often as it is told to."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=brokers, auto_offset_reset="latest", fetch_max_wait_ms=50
    )
    await consumer.start()
    say(ready=True)
    while count := sys.stdin.readline().strip():
        await consumer.seek_to_end()
        for partition in consumer.assignment():
            await consumer.position(partition)
        say(listening=True)
        moments: dict[str, float] = {}
        while len(moments) < int(count):
            found = await consumer.getmany(timeout_ms=500)
            now = time.monotonic()
            moments |= {record.value.decode(): now for records in found.values() for record in records}
        say(moments=moments)
    await consumer.stop()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
