"""A subscriber that knows nothing of Samverkan but its topics and schemas: which orders stand where.

Needs aiokafka and jsonschema, and the schema files of deploy/contract/reader, or the same ones from where a
fact's `ce_dataschema` leads to. They are open: what a later writer adds is ignored, and this program goes on.

    python follow_orders.py BROKERS SCHEMAS DATABASE [--once]

It keeps its own place in its own table, in the transaction of its own effect, so that whatever is told twice
counts once and nothing is lost, whenever it is stopped. With --once it ends at what is there now.
"""

import argparse
import asyncio
import json
import sqlite3
from pathlib import Path

import jsonschema
from aiokafka import AIOKafkaConsumer, TopicPartition

TOPIC = "samverkan.ordering.orders"
PARTITIONS = 12  # as the AsyncAPI document says
TABLES = """
CREATE TABLE IF NOT EXISTS places (partition_number INTEGER PRIMARY KEY, next_offset INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY, last_version INTEGER NOT NULL, last_event TEXT NOT NULL);
"""
TOLD = """
INSERT INTO orders (order_id, last_version, last_event) VALUES (?, ?, ?)
ON CONFLICT (order_id) DO UPDATE SET last_version = excluded.last_version, last_event = excluded.last_event
WHERE excluded.last_version > orders.last_version
"""
PLACE = """
INSERT INTO places (partition_number, next_offset) VALUES (?, ?)
ON CONFLICT (partition_number) DO UPDATE SET next_offset = excluded.next_offset
"""


def schemas_in(folder):
    """Event name with version → schema."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in Path(folder).glob("*.json")}


def take(db, schemas, records):
    """One batch of one partition: what it says and where to go on, together."""
    with db:
        for record in records:
            headers = {name: value.decode() for name, value in record.headers}
            event = headers["ce_type"].split(".", 2)[2]  # OrderPlaced.v1
            if event in schemas:
                jsonschema.validate(json.loads(record.value), schemas[event])
                db.execute(TOLD, (headers["ce_subject"], int(headers["ce_sequence"]), event))
        db.execute(PLACE, (records[0].partition, records[-1].offset + 1))


async def follow(brokers, schemas, db, once):
    """From our own places on, until stopped or, with `once`, until there is no more."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=brokers, group_id="outside.follow-orders", enable_auto_commit=False
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        places = dict(db.execute("SELECT partition_number, next_offset FROM places"))
        for partition in partitions:
            consumer.seek(partition, places.get(partition.partition, 0))
        ends = await consumer.end_offsets(partitions)
        while not once or any([await consumer.position(p) < ends[p] for p in partitions]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                take(db, schemas, records)
    finally:
        await consumer.stop()


def main():
    """Follow, then print each order with the last that was heard of it."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("brokers")
    ask.add_argument("schemas")
    ask.add_argument("database")
    ask.add_argument("--once", action="store_true")
    given = ask.parse_args()
    db = sqlite3.connect(given.database)
    db.executescript(TABLES)
    asyncio.run(follow(given.brokers, schemas_in(given.schemas), db, given.once))
    for row in db.execute("SELECT order_id, last_version, last_event FROM orders ORDER BY order_id"):
        print(*row)


if __name__ == "__main__":
    main()
