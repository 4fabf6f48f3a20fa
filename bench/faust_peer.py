"""`python -m bench.faust_peer BROKERS TOPIC GROUP EVENTS`: a Faust agent that takes a thousand at a time.

It is a process of its own, as Faust wants it. It parses the JSON and does nothing with it; without tables, without a
web server, with its memory store. Says when it has the first events in hand, and how long it took to the last.
"""

import sys
import time
from typing import Any

import faust
import orjson

from bench.sides import say

AT_ONCE, WITHIN_SECONDS = 1000, 0.1


class _Rootless(faust.App):
    def _create_directories(self) -> None:
        """None is needed, and it is killed before it could take one away."""


def main(brokers: str, topic: str, group: str, events: int) -> None:
    """Hear so many events, and say so."""
    app = _Rootless(
        group,
        broker=f"kafka://{brokers}",
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_wait_empty=False,
        consumer_auto_offset_reset="earliest",
    )
    channel = app.topic(topic, key_type=bytes, value_type=bytes, value_serializer="raw")

    async def heard(stream: Any) -> None:
        began, seen = 0.0, 0
        async for batch in stream.take(AT_ONCE, within=WITHIN_SECONDS):
            if not began:
                began = time.perf_counter()
                say(first=time.monotonic())
            for value in batch:
                orjson.loads(value)
            seen += len(batch)
            if seen >= events:
                say(events=seen, seconds=time.perf_counter() - began)  # and wait to be killed

    app.agent(channel, concurrency=1)(heard)
    say(ready=True)
    worker = faust.Worker(app, loglevel="CRITICAL", quiet=True, redirect_stdouts=False)
    worker.spinner = None  # or it would draw on what our sentences are written to
    worker.execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]))
