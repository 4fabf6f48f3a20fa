"""A Kafka record as the fact that it is, or as something that is no fact and has to be parked.

What is no fact has no place among the versions of its stream. It gets a number below them all, which follows from
where it stands, so that it never takes the place of a fact, and is looked at first.
"""

from aiokafka.structs import ConsumerRecord

from shared.kernel.ids import derive
from shared.kernel.message import Stored
from shared.transport.cloudevents import CATEGORIES, NotOurs, from_message

NO_FACT = "Unreadable"
LOWEST, MOST_PARTITIONS = -(2**63), 100_000
LONGEST_KEY, SHOWN_OF_IT = 100, 60


def fact_in(record: "ConsumerRecord[bytes, bytes]") -> Stored:
    """The fact in a record of one of our topics; reading it cannot fail."""
    try:
        return from_message(record.topic, record.value, record.headers, record.offset + 1)
    except NotOurs as error:
        id_ = derive("unreadable", record.topic, record.partition, record.offset)
        return Stored(
            position=record.offset + 1,
            stream=f"{CATEGORIES[record.topic]}-{_readable(record.key or b'')}",
            version=LOWEST + record.offset * MOST_PARTITIONS + record.partition,
            id=id_,
            type=NO_FACT,
            schema=0,
            data=record.value or b"",
            meta=str(error).encode(),
            command_id=id_,
        )


def _readable(key: bytes) -> str:
    """The key of ours that this may be; otherwise something that tables and terminals can bear."""
    text = key.decode("latin-1").encode("unicode_escape").decode("ascii")
    return text if len(text) <= LONGEST_KEY else f"{text[:SHOWN_OF_IT]}…{derive('key', text)}"
