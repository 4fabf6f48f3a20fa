"""Facts as CloudEvents: the public SDK reads what we write, and we read what it writes, in both modes."""

from typing import Any

import orjson
import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_binary_event,
    from_structured_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.v1.event import CloudEvent

from shared import codec
from shared.kernel.message import Stored
from shared.transport.cloudevents import Headers, NotOurs, from_message, to_message
from tests.facts import one_of_each
from tests.world import ADDRESS, MONDAY

FACTS = one_of_each()
ORDERS = "samverkan.ordering.orders"


def in_the_sdk(fact: Stored) -> BaseCloudEvent:
    """The fact as the public SDK reads it from our message."""
    message = to_message(fact, ADDRESS)
    return from_binary_event(
        KafkaMessage(headers=dict(message.headers), key=message.key, value=message.value)
    )


def heard(fact: Stored, message: KafkaMessage) -> Stored:
    """What we read in a message of the SDK on this fact's topic."""
    topic = to_message(fact, ADDRESS).topic
    return from_message(topic, message.value, list(message.headers.items()), fact.position)


def placed() -> Stored:
    """The fact that an order was placed."""
    return next(fact for fact in FACTS if fact.type == "OrderPlaced")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.type)
def test_what_we_write_is_what_we_read(fact: Stored) -> None:
    message = to_message(fact, ADDRESS)
    again = from_message(message.topic, message.value, message.headers, fact.position)
    assert again == fact
    assert message.key.decode() == fact.stream.partition("-")[2]


@pytest.mark.row("U01")
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.type)
def test_every_event_goes_through_the_public_sdk_and_back_in_both_modes(fact: Stored) -> None:
    event = in_the_sdk(fact)
    assert event.get_data() == orjson.loads(fact.data)
    assert (event.get_id(), event.get_time()) == (str(fact.id), MONDAY)
    for message in (to_binary_event(event), to_structured_event(event)):
        again = heard(fact, message)
        assert codec.read(again) == codec.read(fact)
    structured = to_structured_event(event)
    assert structured.headers == {"content-type": b"application/cloudevents+json"}
    assert from_structured_event(structured).get_attributes() == event.get_attributes()


def test_structured_data_may_be_base64_and_the_content_type_may_have_parameters() -> None:
    event = in_the_sdk(placed())
    message = to_structured_event(CloudEvent(event.get_attributes(), placed().data))
    assert b"data_base64" in message.value
    headers: Headers = [("content-type", b"Application/CloudEvents+JSON ; charset=UTF-8")]
    assert from_message(ORDERS, message.value, headers, 1).data == placed().data


def test_in_structured_mode_the_value_counts_and_not_the_headers() -> None:
    message = to_structured_event(in_the_sdk(placed()))
    again = heard(placed(), KafkaMessage({**message.headers, "ce_sequence": b"99"}, None, message.value))
    assert again.version == placed().version


def whole(**changes: Any) -> bytes:
    """A structured message with other members; those that are None are left out."""
    found = orjson.loads(to_structured_event(in_the_sdk(placed())).value) | changes
    return orjson.dumps({name: part for name, part in found.items() if part is not None})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("application/cloudevents+json", b""),
        ("application/cloudevents+json", b"{"),
        ("application/cloudevents+json", b"[1]"),
        ("application/cloudevents+json", b"null"),
        ("application/cloudevents+json", b"[" * 2000),
        ("application/cloudevents+json", whole(id="nobody")),
        ("application/cloudevents+json", whole(sequence=None)),
        ("application/cloudevents+json", whole(sequence=[1])),
        ("application/cloudevents+json", whole(data_base64="ö")),
        ("application/cloudevents+json", whole(data=orjson.Fragment(b"[" * 300 + b"]" * 300))),
        ("application/cloudevents+avro", whole()),
        ("application/cloudevents", whole()),
        ("application/json", whole()),
    ],
)
def test_a_whole_message_that_is_no_fact_of_ours_is_said_to_be_none(kind: str, value: bytes) -> None:
    with pytest.raises(NotOurs):
        from_message(ORDERS, value, [("content-type", kind.encode())], 1)


def test_a_header_without_a_value_is_no_header() -> None:
    message = to_message(placed(), ADDRESS)
    headers: list[tuple[str, bytes | None]] = [*message.headers, ("x-empty", None)]
    assert from_message(message.topic, message.value, headers, 1).id == placed().id
    headers.append(("ce_sequence", None))
    assert from_message(message.topic, message.value, headers, 1).version == placed().version
