"""The AsyncAPI 3 document of what we tell on Kafka, made from the contract classes and the declared topics."""

from typing import Any, get_args

from shared import contract
from shared.contracts.registry import OWNERS, owner_of
from shared.gate import Schema, Schemas, parted
from shared.kernel.message import Event
from shared.transport.cloudevents import PREFIX
from shared.transport.topics import Topic, declared

HEADERS = {
    "ce_specversion": "Always 1.0.",
    "ce_id": "Unique, and the same however often the fact is told.",
    "ce_source": "/samverkan/<service>.",
    "ce_type": "samverkan.<service>.<Event>.v<schema version>.",
    "ce_subject": "The aggregate's id, as is the key.",
    "ce_time": "When it happened, RFC 3339.",
    "ce_dataschema": "Where the JSON Schema of the value is served, as open as readers should have it.",
    "ce_partitionkey": "The key again.",
    "ce_sequence": "The version within the stream, from 0 without gaps: smaller or equal means told twice.",
    "ce_position": "The place in the owner's store.",
    "ce_correlationid": "The first click that all this came from.",
    "ce_causationid": "The fact that this one follows from; absent where a person asked.",
    "ce_commandid": "The command that was obeyed.",
    "ce_actor": "A person's id or a service's name.",
    "traceparent": "W3C trace context of the request that all this came from; absent where it had none.",
    "content-type": "application/json.",
}
OPTIONAL = {"ce_causationid", "traceparent"}


def document(schemas: Schemas) -> dict[str, Any]:
    """AsyncAPI 3.0.0, from our own viewpoint: we send. `schemas` are the writers'; told are the readers'."""
    topics = {topic.name: topic for topic in declared()}
    streams = [(noun, *stream) for owner in OWNERS for noun, stream in owner.STREAMS.items()]
    told = {short: _messages(get_args(union) or (union,), schemas) for _, short, union in streams}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Samverkan",
            "version": "1.0.0",
            "description": "Facts of collaborative campaigns, as CloudEvents 1.0 in binary mode.",
        },
        "defaultContentType": "application/json",
        "channels": {
            f"{PREFIX}.{short}": _channel(topics[f"{PREFIX}.{short}"], noun, list(told[short]))
            for noun, short, _ in streams
        },
        "operations": {f"tell-{short}": _operation(noun, short) for noun, short, _ in streams},
        "components": {
            "messages": {name: message for messages in told.values() for name, message in messages.items()},
            "messageTraits": {"cloudevent": {"headers": _headers()}},
        },
    }


def _operation(noun: str, short: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{PREFIX}.{short}"},
        "summary": f"{owner_of(short)} tells what happened to each {noun}.",
    }


def _channel(topic: Topic, noun: str, names: list[str]) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"Every fact of every {noun}, in order per key; the key is the {noun}'s id.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": topic.config["cleanup.policy"].split(","),
                    "retention.ms": int(topic.config["retention.ms"]),
                },
            }
        },
    }


def _messages(events: tuple[type[Event], ...], schemas: Schemas) -> dict[str, Any]:
    """Every version of these events, since facts of older ones are still on the topics."""
    named = {event.__name__: event for event in events}
    return {
        name: _message(named[event], version, schema)
        for name, schema in schemas.items()
        for event, version in (parted(name),)
        if event in named
    }


def _message(event: type[Event], version: int, schema: Schema) -> dict[str, Any]:
    payload = contract.for_readers(schema)
    return {
        "name": f"{contract.type_of(event)}.v{version}",
        "title": event.__name__,
        "summary": schema["description"].split("\n")[0],
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {"schemaFormat": "application/schema+json;version=draft-07", "schema": _draft_07(payload)},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}}},
    }


def _headers() -> dict[str, Any]:
    return {
        "type": "object",
        "required": [name for name in HEADERS if name not in OPTIONAL],
        "properties": {name: {"type": "string", "description": text} for name, text in HEADERS.items()},
    }


def _draft_07(schema: dict[str, Any]) -> dict[str, Any]:
    """What we use of 2020-12 means the same in draft-07, but for the two names at the top."""
    return {name: part for name, part in schema.items() if name not in {"$schema", "$id"}}
