"""Memory: the form and the standard page of every reference campaign, as its newest settings have them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.contracts.campaigns import CampaignPrepared, CampaignSettingsRevised, Field
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_forms (
        campaign_id TEXT PRIMARY KEY, fields TEXT NOT NULL, page TEXT NOT NULL
    )
    """,
)
SET = """
INSERT INTO seen_forms (campaign_id, fields, page) VALUES (:campaign_id, :fields, :page)
ON CONFLICT (campaign_id) DO UPDATE SET fields = :fields, page = :page
"""

PAGE = {
    "interface", "most_reviewers", "most_documents", "hide_parameters", "hide_program", "program", "budget"
}  # fmt: skip
"""The parts of a definition that say what an order is asked for beside its form."""

OF = "SELECT fields, page FROM seen_forms WHERE campaign_id = :campaign_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per reference campaign; a field added there is on the next form that is opened."""
    event = recorded.event
    match event:
        case CampaignPrepared() | CampaignSettingsRevised():
            fields = [field.model_dump(mode="json") for field in event.definition.fields]
            page = event.definition.model_dump_json(include=PAGE)
            yield SET, {"campaign_id": str(event.campaign_id), "fields": json.dumps(fields), "page": page}


def form_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The fields in their order; none for a campaign that was not heard of."""
    return tuple(Field.model_validate(field) for row in rows for field in json.loads(row["fields"]))


SEEN_FORMS = Projection("ordering.seen_forms", 3, TABLES, apply, hears=("campaigns.campaigns",))
