"""The AsyncAPI 3 document of what we tell on Kafka, made from the contract classes."""

import json
from pathlib import Path
from typing import Any, get_args

from shared import contract
from shared.contracts.registry import OWNERS, owner_of
from shared.transport.cloudevents import PREFIX
from shared.transport.topics import Topic, declared

FILE = contract.FOLDER.parent / "asyncapi.json"
HEADERS = {
    "ce_specversion": "Always 1.0.",
    "ce_id": "Unique, and the same however often the fact is told.",
    "ce_source": "/samverkan/<service>.",
    "ce_type": "samverkan.<service>.<Event>.v<schema version>.",
    "ce_subject": "The aggregate's id, as is the key.",
    "ce_time": "When it happened, RFC 3339.",
    "ce_dataschema": "Where the JSON Schema of the value is served.",
    "ce_partitionkey": "The key again.",
    "ce_sequence": "The version within the stream, from 0 without gaps: smaller or equal means told twice.",
    "ce_position": "The place in the owner's store.",
    "ce_correlationid": "The first click that all this came from.",
    "ce_causationid": "The fact that this one follows from; absent where a person asked.",
    "ce_commandid": "The command that was obeyed.",
    "ce_actor": "A person's id or a service's name.",
    "content-type": "application/json.",
}
OPTIONAL = {"ce_causationid"}


def document() -> dict[str, Any]:
    """AsyncAPI 3.0.0, from our own viewpoint: we send. Schemas are as open as readers should have them."""
    topics = {topic.name: topic for topic in declared()}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for owner in OWNERS:
        for noun, (short, union) in owner.STREAMS.items():
            name = f"{PREFIX}.{short}"
            events = get_args(union)
            messages |= {_message_name(event): _message(event) for event in events}
            channels[name] = _channel(topics[name], noun, [_message_name(event) for event in events])
            operations[f"tell-{short}"] = {
                "action": "send",
                "channel": {"$ref": f"#/channels/{_pointer(name)}"},
                "summary": f"{owner_of(short)} tells what happened to each {noun}.",
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Samverkan",
            "version": "1.0.0",
            "description": "Facts of collaborative campaigns, as CloudEvents 1.0 in binary mode.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "messageTraits": {"cloudevent": {"headers": _headers()}}},
    }


def export(path: Path = FILE) -> list[str]:
    """Write the document; its name if it is new or different."""
    text = json.dumps(document(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return []
    path.write_text(text, encoding="utf-8")
    return [path.name]


def _channel(topic: Topic, noun: str, names: list[str]) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"Every fact of every {noun}, in order per key; the key is the {noun}'s id.",
        "messages": {name: {"$ref": f"#/components/messages/{_pointer(name)}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1},
            }
        },
    }


def _message(event: Any) -> dict[str, Any]:
    payload = contract.open_for_readers(contract.schema_of(event))
    return {
        "name": f"{contract.type_of(event)}.v{event.schema_version}",
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().split("\n")[0],
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


def _message_name(event: Any) -> str:
    return f"{event.__name__}.v{event.schema_version}"


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
