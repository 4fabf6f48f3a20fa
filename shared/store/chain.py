"""The hash chain of a stream: each event's hash covers the one before, so that no byte changes unseen."""

import hashlib
from typing import NamedTuple

from shared.kernel.message import NewEvent, Stored

GONE = "(an event that is gone)"


class Tampered(NamedTuple):
    """The first event of a stream whose bytes are not those that were stored."""

    stream: str
    version: int
    position: int


def chain_start(stream: str) -> bytes:
    """What stands before a stream's first link: its name, so that no stream passes for another."""
    return stream.encode()


def chain_hash(before: bytes, version: int, event: NewEvent | Stored) -> bytes:
    """SHA-256 over the link before and everything that this event says, each part with its length."""
    link = hashlib.sha256(before)
    for part in (
        event.id.bytes,
        event.command_id.bytes,
        b"%d" % version,
        event.type.encode(),
        b"%d" % event.schema,
        event.data,
        event.meta,
    ):
        link.update(b"%d:" % len(part))
        link.update(part)
    return link.digest()
