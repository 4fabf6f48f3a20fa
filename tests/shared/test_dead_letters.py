"""Dead letters are to the byte what Spring Kafka tells of the same record, and hold what was heard, to the byte."""

import pytest

from shared.kernel.message import Stored
from shared.transport.dead_letters import Letter, copied, heard, outlined
from shared.transport.records import fact_in
from tests.shared.records import record, told, whole
from tests.world import ADDRESS

SOURCE = "samverkan.ordering.orders/7"
TOPIC = "samverkan.ordering.parked"
SPRING = {
    "kafka_dlt-original-topic": b"samverkan.ordering.orders",
    "kafka_dlt-original-partition": bytes.fromhex("00000007"),
    "kafka_dlt-original-offset": bytes.fromhex("0000000000000002"),
    "kafka_dlt-original-timestamp": bytes.fromhex("0000019cadc69afb"),
    "kafka_dlt-original-timestamp-type": b"CreateTime",
    "kafka_dlt-original-consumer-group": b"samverkan.ordering.order_list",
}
"""As DeadLetterPublishingRecoverer of spring-kafka 3.3.0 wrote them, when it was given the very record of this test."""


def letter(
    stored: Stored, reason: str = "unreadable", error: str | None = "shared.codec.Unreadable"
) -> Letter:
    """What is said of a parked record."""
    since = "2026-03-02T09:00:00.000+00:00"
    return Letter("ordering.order_list", SOURCE, stored, reason, "Unreadable: why", error, 1, since)


@pytest.mark.row("U06")
def test_key_value_and_headers_are_those_that_were_heard_and_springs_headers_are_springs() -> None:
    headers = [("x", b"1"), ("n", None), ("x", b"2")]
    found = record(b"k\xc3\xa5\x00", b"\xff\x00poison", headers, topic="samverkan.ordering.orders")
    message = copied(TOPIC, letter(fact_in(found)), found, ADDRESS)
    assert (message.topic, message.key, message.value) == (TOPIC, found.key, found.value)
    assert message.headers[: len(headers)] == headers
    assert dict(message.headers[len(headers) :]) == SPRING | {
        "kafka_dlt-exception-fqcn": b"shared.codec.Unreadable",
        "kafka_dlt-exception-message": b"Unreadable: why",
        "samverkan-parked-reason": b"unreadable",
        "samverkan-parked-attempts": b"1",
        "samverkan-parked-first-failed-at": b"2026-03-02T09:00:00.000+00:00",
        "samverkan-parked-behind": b"false",
    }


def test_nothing_stays_nothing() -> None:
    found = record(None, None, topic="samverkan.ordering.orders")
    message = copied(TOPIC, letter(fact_in(found)), found, ADDRESS)
    assert (message.key, message.value) == (None, None)


def test_what_waits_behind_says_so_and_names_no_error() -> None:
    found = record(topic="samverkan.ordering.orders")
    headers = dict(copied(TOPIC, letter(fact_in(found), "behind", None), found, ADDRESS).headers)
    assert headers["samverkan-parked-behind"] == b"true"
    assert "kafka_dlt-exception-fqcn" not in headers


def test_another_record_at_that_place_is_not_taken_for_what_was_heard() -> None:
    stored, found = told()
    parked = letter(fact_in(found))
    assert heard(parked, found) is found
    assert heard(parked, told()[1]) is None
    assert heard(parked, record()) is None
    assert heard(letter(fact_in(record())), record(value=b"other")) is None
    assert heard(letter(stored), None) is None
    handed_on = whole(stored)  # in structured mode the value is more than the fact
    assert heard(letter(fact_in(handed_on)), handed_on) is handed_on


def test_a_fact_whose_record_is_gone_is_told_from_what_parking_keeps_and_stands_nowhere() -> None:
    stored, found = told()
    message = copied(TOPIC, letter(fact_in(found)), None, ADDRESS)
    assert (message.key, message.value) == (found.key, found.value)
    headers = dict(message.headers)
    assert {
        name: value for name, value in headers.items() if not name.startswith(("kafka", "samverkan"))
    } == {name: value for name, value in found.headers if name != "ce_position"}
    assert headers["samverkan-parked-remade"] == b"true"
    assert headers["kafka_dlt-original-offset"] == headers["kafka_dlt-original-timestamp"] == b"\xff" * 8
    assert headers["kafka_dlt-original-timestamp-type"] == b"NoTimestampType"
    assert stored.data == message.value


def test_no_fact_whose_record_is_gone_keeps_its_value() -> None:
    message = copied(TOPIC, letter(fact_in(record(b"somebody", b"\xff"))), None, ADDRESS)
    assert (message.key, message.value) == (b"somebody", b"\xff")


def test_what_is_too_large_for_a_copy_is_outlined_in_little_room() -> None:
    found = record(b"k" * 500_000, b"v" * 500_000, [("h", b"h" * 500_000)])
    message = outlined(TOPIC, letter(fact_in(found)), found)
    assert message.value is None
    assert (
        len(message.key or b"") + sum(len(name) + len(value or b"") for name, value in message.headers) < 2000
    )
    assert dict(message.headers)["samverkan-parked-original"] == b"too large for a copy"
    assert dict(message.headers)["kafka_dlt-original-offset"] == bytes.fromhex("0000000000000002")
