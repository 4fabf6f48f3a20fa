"""A stored fact as a CloudEvents 1.0 message on Kafka, and back.

Written in binary mode: the value is the event's JSON as it is stored, every attribute is a header `ce_<name>`.
Read in structured mode as well, for facts that others hand on: the value is a JSON object of attributes and data.
Ids travel, and never the fingerprint of somebody's request.
"""

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import orjson

from shared.contracts.registry import TOPICS, owner_of
from shared.kernel.ids import of_text
from shared.kernel.message import Stored

PREFIX = "samverkan"
CATEGORIES: Mapping[str, str] = {f"{PREFIX}.{topic}": category for category, topic in TOPICS.items()}
"""`samverkan.ordering.orders` → `order`."""

LONGEST_STREAM, BIGGEST = 200, 2**63
WHOLE = "application/cloudevents"
"""A content type that begins so is that of a whole message; the one format of these that everybody knows is JSON."""

Headers = list[tuple[str, bytes | None]]


class Message(NamedTuple):
    """What goes to a broker: key and value as bytes, or what a stranger left out; the moment in ms since 1970."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    moment: int | None = None


class NotOurs(Exception):
    """This message is no fact of ours. The sentence says why, and quotes nothing of what was found."""


def to_message(stored: Stored, address: str) -> Message:
    """The message that tells this fact to everybody. `address` is where the gateway serves our schemas."""
    category, _, id_ = stored.stream.partition("-")
    topic, headers_of_kind = _kind(category, stored.type, stored.schema, address)
    subject, meta = id_.encode(), orjson.loads(stored.meta)
    headers: Headers = [
        *headers_of_kind,
        ("ce_id", str(stored.id).encode()),
        ("ce_subject", subject),
        ("ce_time", meta["at"].encode()),
        ("ce_partitionkey", subject),
        ("ce_sequence", b"%d" % stored.version),
        ("ce_position", b"%d" % stored.position),
        ("ce_correlationid", meta["correlation"].encode()),
        ("ce_commandid", str(stored.command_id).encode()),
        ("ce_actor", meta["by"].encode()),
    ]
    for name, value in (("ce_causationid", meta["cause"]), ("traceparent", meta.get("trace"))):
        if value:
            headers.append((name, value.encode()))
    moment = int(datetime.fromisoformat(meta["at"]).timestamp() * 1000)
    return Message(topic, subject, stored.data, headers, moment)


@lru_cache(maxsize=4096)
def _kind(category: str, type_: str, schema: int, address: str) -> tuple[str, Headers]:
    """The topic of every fact of this kind, and the headers that are the same in all of them."""
    topic = TOPICS[category]
    source = f"/{PREFIX}/{owner_of(topic)}"
    name = f"{PREFIX}.{owner_of(topic)}.{type_}"
    return f"{PREFIX}.{topic}", [
        ("ce_specversion", b"1.0"),
        ("ce_source", source.encode()),
        ("ce_type", f"{name}.v{schema}".encode()),
        (
            "ce_dataschema",
            f"{address}/schemas/{name}/{schema}.json".encode(),
        ),  # CloudEvents wants an absolute URI
        ("content-type", b"application/json"),
    ]


def from_message(
    topic: str, value: bytes | None, headers: Iterable[tuple[str, bytes | None]], position: int
) -> Stored:
    """The fact in a message; `position` is its place in the source that it came by. Raises NotOurs."""
    found = {name: text.decode(errors="replace") for name, text in headers if text is not None}
    try:
        if found.get("content-type", "").lower().startswith(WHOLE):
            attributes, value = _unfolded(found["content-type"], value or b"")
            found |= attributes
        owner, type_, schema = _parts_of(found["ce_type"])
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
            position,
            f"{CATEGORIES[topic]}-{found['ce_subject']}",
            int(found["ce_sequence"]),
            of_text(found["ce_id"]),
            type_,
            schema,
            value or b"",
            orjson.dumps(meta),
            of_text(found["ce_commandid"]),
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


@lru_cache(maxsize=4096)
def _parts_of(told: str) -> tuple[str, str, int]:
    """samverkan.ordering, OrderPlaced and 1 for `samverkan.ordering.OrderPlaced.v1`. Raises ValueError."""
    name, _, schema = told.rpartition(".v")
    owner, _, type_ = name.rpartition(".")
    return owner, type_, int(schema)


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
