"""A stored fact as a CloudEvents 1.0 message on Kafka, and back.

Written in binary mode: the value is the event's JSON as it is stored, every attribute is a header `ce_<name>`.
Read in structured mode as well, for facts that others hand on: the value is a JSON object of attributes and data.
Ids travel, and never the fingerprint of somebody's request.
"""

import base64
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import orjson

from shared.contracts.registry import TOPICS, owner_of
from shared.kernel.message import Stored

PREFIX = "samverkan"
CATEGORIES: Mapping[str, str] = {f"{PREFIX}.{topic}": category for category, topic in TOPICS.items()}
"""`samverkan.ordering.orders` → `order`."""

LONGEST_STREAM, BIGGEST = 200, 2**63
WHOLE = "application/cloudevents"
"""A content type that begins so is that of a whole message; the one format of these that everybody knows is JSON."""

Headers = list[tuple[str, bytes | None]]


class Message(NamedTuple):
    """What goes to a broker: key and value as bytes, or what a stranger left out."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


class NotOurs(Exception):
    """This message is no fact of ours. The sentence says why, and quotes nothing of what was found."""


def to_message(stored: Stored, address: str) -> Message:
    """The message that tells this fact to everybody. `address` is where the gateway serves our schemas."""
    topic = TOPICS[stored.category]
    subject = stored.stream.partition("-")[2]
    meta = orjson.loads(stored.meta)
    type_ = f"{PREFIX}.{owner_of(topic)}.{stored.type}"
    attributes = {
        "specversion": "1.0",
        "id": str(stored.id),
        "source": f"/{PREFIX}/{owner_of(topic)}",
        "type": f"{type_}.v{stored.schema}",
        "subject": subject,
        "time": meta["at"],
        "dataschema": f"{address}/schemas/{type_}/{stored.schema}.json",  # CloudEvents wants an absolute URI
        "partitionkey": subject,
        "sequence": str(stored.version),
        "position": str(stored.position),
        "correlationid": meta["correlation"],
        "causationid": meta["cause"],
        "commandid": str(stored.command_id),
        "actor": meta["by"],
    }
    headers: Headers = [
        (f"ce_{name}", value.encode()) for name, value in attributes.items() if value is not None
    ]
    if trace := meta.get("trace"):
        headers.append(("traceparent", trace.encode()))
    headers.append(("content-type", b"application/json"))
    return Message(f"{PREFIX}.{topic}", subject.encode(), stored.data, headers)


def from_message(
    topic: str, value: bytes | None, headers: Iterable[tuple[str, bytes | None]], position: int
) -> Stored:
    """The fact in a message; `position` is its place in the source that it came by. Raises NotOurs."""
    found = {name: text.decode(errors="replace") for name, text in headers if text is not None}
    try:
        if found.get("content-type", "").lower().startswith(WHOLE):
            attributes, value = _unfolded(found["content-type"], value or b"")
            found |= attributes
        name, _, schema = found["ce_type"].rpartition(".v")
        owner, _, type_ = name.rpartition(".")
        meta = {
            "at": found["ce_time"],
            "by": found["ce_actor"],
            "command": found["ce_commandid"],
            "cause": found.get("ce_causationid"),
            "correlation": found["ce_correlationid"],
            "digest": None,
        }
        if trace := found.get("traceparent"):
            meta["trace"] = trace
        stored = Stored(
            position=position,
            stream=f"{CATEGORIES[topic]}-{found['ce_subject']}",
            version=int(found["ce_sequence"]),
            id=UUID(found["ce_id"]),
            type=type_,
            schema=int(schema),
            data=value or b"",
            meta=orjson.dumps(meta),
            command_id=UUID(found["ce_commandid"]),
        )
    except KeyError as error:
        raise NotOurs(f"no event of ours: {error.args[0]} is missing") from error
    except (ValueError, TypeError) as error:
        raise NotOurs("no event of ours: an attribute has another form") from error
    if owner != f"{PREFIX}.{topic.split('.')[1]}" or not type_.isidentifier():
        raise NotOurs("no event of ours: ce_type is nothing that the owner of this topic states")
    if not (_bearable(stored.stream) and 0 <= stored.version < BIGGEST and 0 <= stored.schema < BIGGEST):
        raise NotOurs("no event of ours: no stream has such a name or version")
    return stored


def _bearable(stream: str) -> bool:
    """True if every database takes it as a key, and every terminal as a line."""
    return len(stream) <= LONGEST_STREAM and stream.isprintable()


def _unfolded(content_type: str, whole: bytes) -> tuple[dict[str, str], bytes]:
    """The headers and the value that a whole message would have in binary mode. Raises ValueError or TypeError."""
    if content_type.partition(";")[0].rstrip().lower() != f"{WHOLE}+json":
        raise ValueError("another format than JSON")
    found = orjson.loads(whole)
    if not isinstance(found, dict):
        raise TypeError("no JSON object")
    if (encoded := found.pop("data_base64", None)) is None:
        data = orjson.dumps(found.pop("data", None))
    else:
        data = base64.b64decode(encoded, validate=True)
    return {f"ce_{name}": str(part) for name, part in found.items() if isinstance(part, str | int)}, data
