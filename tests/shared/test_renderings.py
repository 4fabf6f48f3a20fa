"""One class, two schemas: closed for who writes the event, open for who reads it."""

import json

import jsonschema
import orjson
import pytest

from shared import codec, contract, gate
from tests.shared.tomorrow import golden, of_tomorrow


@pytest.mark.parametrize("name", contract.known())
def test_a_stored_fact_of_every_version_keeps_to_both_renderings_of_its_schema(name: str) -> None:
    fact = golden(name)
    for schema in (contract.committed()[name], contract.for_readers(contract.committed()[name])):
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(fact, schema)
        for field in schema["required"]:
            with pytest.raises(jsonschema.ValidationError, match=f"'{field}' is a required property"):
                jsonschema.validate({key: fact[key] for key in fact if key != field}, schema)


@pytest.mark.parametrize("name", contract.known())
def test_an_older_reader_reads_what_a_later_writer_may_state_and_its_own_writer_may_not(name: str) -> None:
    writer = contract.committed()[name]
    newer = of_tomorrow(golden(name), writer, values=True)
    jsonschema.validate(newer, contract.for_readers(writer))
    with pytest.raises(jsonschema.ValidationError, match="field_of_tomorrow"):
        jsonschema.validate(newer, writer)


@pytest.mark.parametrize("name", contract.schemas())
def test_an_older_service_of_ours_ignores_new_fields_and_does_not_guess_at_new_values(name: str) -> None:
    event, version = gate.parted(name)
    fields, both = (
        of_tomorrow(golden(name), contract.committed()[name], values=values) for values in (False, True)
    )
    assert codec.decode(event, version, orjson.dumps(fields)) == codec.decode(
        event, version, orjson.dumps(golden(name))
    )
    if both != fields:
        with pytest.raises(codec.Unreadable):
            codec.decode(event, version, orjson.dumps(both))


def test_every_enum_is_marked_in_the_schema_for_readers() -> None:
    told = json.dumps([contract.for_readers(schema) for schema in contract.known().values()])
    assert '"enum"' not in told
    assert '"additionalProperties": false' not in told
    reader = contract.for_readers(contract.committed()["OrderPlaced.v1"])
    kind = reader["properties"]["offer"]["properties"]["kind"]
    assert kind["examples"] == ["local", "simple", "by_form", "by_campaign", "by_target_approval"]
    assert kind["description"] == contract.MAY_GROW
