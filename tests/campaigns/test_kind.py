"""The kind of a reference campaign: when it becomes another one, and what becomes of the rest with it."""

import sqlite3
from typing import Any

import pytest

from services.campaigns.deciders.campaign import CAMPAIGN
from services.campaigns.deciders.templates import OF_KIND, TEMPLATES
from services.campaigns.projections.built_on import BUILT_ON, IN_USE
from services.campaigns.projections.order_values import ORDER_VALUES
from shared.contracts.campaigns import CampaignSettingsRevised, Definition
from shared.contracts.catalog import PackageKind
from shared.contracts.ordering import OrderDrafted
from shared.kernel.ids import PackageId
from shared.kernel.message import Event
from tests.campaigns.wishes import revise
from tests.campaigns.words import (
    ANNA,
    DEFINITION,
    EAST,
    END,
    LASTING,
    ORDER,
    PLAIN,
    REFERENCE,
    START,
    approved,
    available,
    cancelled,
    child,
    day,
    local,
    prepared,
    started,
    template,
)
from tests.catalog import package_facts
from tests.facts import id_of, recorded
from tests.spec import spec

given = spec(CAMPAIGN)
DATES: dict[str, Any] = {"starts_at": START, "ends_at": END}
ORDERED = TEMPLATES["opCollaborativeByForm"].definition
simple = prepared.model_copy(
    update={"kind": "simple", "template": "opCollaborativeSimple", "definition": PLAIN}
)


def became(kind: PackageKind | None, definition: Definition = DEFINITION, **more: Any) -> Event:
    return CampaignSettingsRevised(
        campaign_id=REFERENCE, **{"label": "Spring", "definition": definition, "kind": kind, **more}
    )


# Which kind it becomes, and with what.


@pytest.mark.parametrize("kind", ["simple", "by_form", "by_target_approval"])
def test_what_head_office_wrote_itself_and_the_dates_stay_in_another_collaborative_mode(
    kind: PackageKind,
) -> None:
    given(prepared)(revise(kind=kind))(became(kind, **DATES))


def test_a_definition_that_is_still_its_templates_becomes_the_new_kinds() -> None:
    given(simple)(revise(kind="by_form"))(became("by_form", ORDERED, **DATES))
    given(simple, became("by_form", ORDERED, **DATES))(revise(kind="simple"))(
        became("simple", PLAIN, **DATES)
    )
    given(simple)(revise(kind="local"))(became("local", OF_KIND["local"].definition))
    fresh = template.model_copy(update={"definition": OF_KIND["local"].definition})
    given(fresh)(revise(kind="by_campaign", **DATES))(became("by_campaign", ORDERED, **DATES))


def test_what_becomes_local_loses_its_dates_and_lasts_as_the_template_does() -> None:
    given(prepared)(revise(kind="local"))(became("local", LASTING))
    longer = DEFINITION.model_copy(update={"duration_days": 30})
    given(prepared)(revise(kind="local", definition=longer))(became("local", longer))


def test_what_becomes_collaborative_has_dates_and_lasts_no_number_of_days() -> None:
    given(template)(revise(kind="by_form", **DATES))(became("by_form", **DATES))


def test_all_settings_change_together() -> None:
    wish: dict[str, Any] = {"label": " Summer ", "definition": PLAIN, "starts_at": day(2), "ends_at": day(9)}
    given(prepared)(revise(kind="simple", **wish))(became("simple", **{**wish, "label": "Summer"}))


def test_the_kind_that_it_is_already_changes_nothing_and_is_not_stated() -> None:
    given(prepared)(revise(kind="by_campaign", in_use=True))()
    fact = became(None, label="Summer", **DATES)
    given(prepared)(revise(kind="by_campaign", label="Summer", in_use=True))(fact)


def test_a_revision_that_does_not_speak_of_the_kind_leaves_it() -> None:
    history = (prepared, became("simple", **DATES), became(None, label="Summer", **DATES))
    assert [CAMPAIGN.fold(history[:count]).kind for count in (1, 2, 3)] == ["by_campaign", "simple", "simple"]
    without = became(None).model_dump(mode="json", exclude={"kind"})
    assert CampaignSettingsRevised.model_validate(without).kind is None


def test_the_dates_of_a_template_that_was_collaborative_stay_away() -> None:
    now_local = (prepared, became("local", LASTING))
    given(*now_local)(revise(label="Summer"))(became(None, LASTING, label="Summer"))
    given(*now_local)(revise(ends_at=END))("campaign.local-has-duration")


@pytest.mark.parametrize(
    ("history", "wish", "code"),
    [
        ((prepared,), {"kind": "simple", "in_use": True}, "campaign.in-use"),
        ((prepared,), {"kind": "local", "starts_at": day(2)}, "campaign.local-has-duration"),
        ((prepared,), {"kind": "local", "ends_at": day(2)}, "campaign.local-has-duration"),
        ((prepared,), {"kind": "local", "definition": DEFINITION}, "campaign.duration-missing"),
        ((template,), {"kind": "simple"}, "campaign.date-missing"),
        ((template,), {"kind": "simple", "starts_at": START}, "campaign.date-missing"),
        ((template,), {"kind": "by_form", "starts_at": END, "ends_at": START}, "campaign.ends-before-start"),
        ((prepared,), {"kind": "simple", "label": " "}, "campaign.label-missing"),
        ((prepared,), {"kind": "simple", "by": ANNA}, "campaign.unknown"),
        ((prepared, started(REFERENCE)), {"kind": "simple"}, "campaign.wrong-status"),
        ((prepared, cancelled(REFERENCE)), {"kind": "simple"}, "campaign.wrong-status"),
        ((child, available), {"kind": "simple"}, "campaign.only-values"),
        ((local, available), {"kind": "by_form"}, "campaign.only-values"),
    ],
)
def test_what_becomes_no_other_kind(history: tuple[Event, ...], wish: dict[str, Any], code: str) -> None:
    given(*history)(revise(**wish))(code)


# What stands on it.

package = package_facts.drafted()
called_off = package_facts.cancelled(cascades=True)
again = package_facts.AGAIN
other = package.model_copy(update={"package_id": PackageId(id_of("other")), "number": 13})
ordered = OrderDrafted(order_id=ORDER, number=28, entity_id=EAST, offer=approved().offer)


def in_use(*events: Event, times: int = 1) -> bool:
    with sqlite3.connect(":memory:") as db:
        for projection in (BUILT_ON, ORDER_VALUES):
            for table in projection.tables:
                db.execute(table)
            for version, event in enumerate(events):
                for _ in range(times):
                    for statement in projection.apply(recorded(event, "any-1", version)):
                        db.execute(*statement)
        found = db.execute(IN_USE, {"campaign_id": str(REFERENCE)}).fetchone()
    db.close()
    return found is not None


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((), False),
        ((package,), True),
        ((package, called_off), False),
        ((package, called_off, again), True),
        ((package, other, called_off), True),
        ((package.model_copy(update={"reference_id": id_of("elsewhere")}),), False),
        ((package, ordered, called_off), True),
    ],
)
def test_a_campaign_is_in_use_from_a_packages_draft_until_it_is_cancelled_and_once_ordered_for_good(
    facts: tuple[Event, ...], expected: bool, times: int
) -> None:
    assert in_use(*facts, times=times) is expected
