"""What few orders have in common is looked up, and what many have is met on the way: the list is the same."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from services.ordering.projections.offers import SEEN_OFFERS
from services.ordering.projections.order_list import FEW, ORDER_LIST, SURVEYS, Column, listed
from services.ordering.routes.reading import wanted
from shared.contracts.catalog import PackageDetails, PackagePublished
from shared.database.port import Database
from shared.kernel.ids import OrderId, derive
from shared.kernel.message import Event, Params
from shared.kernel.projection import Projection, Statement
from shared.kernel.searching import FEW as FEW_PLACES
from shared.kernel.searching import LETTERS, NEIGHBOURS
from shared.web.caller import Asked, Caller
from tests.facts import id_of, recorded
from tests.ordering.shelf import day
from tests.ordering.words import BO, PACKAGE, drafted, placed, rejected, revised
from tests.world import MONDAY, World

LABELS = ("Midsommar på Ön", "sommar", "Vinter 100%", "vi", "", "Åkrar!", "Order 12")
COLUMNS: Sequence[Column] = ("number", "label", "status_since")
BORDERS = tuple(
    border + step for border in range(NEIGHBOURS, 6 * NEIGHBOURS, NEIGHBOURS) for step in (-1, 0, 1)
)


@pytest.fixture
def db(either_world: World) -> Database:
    return either_world.product.house.desks["ordering"].db


def told(projection: Projection, *events: Event) -> Iterator[Statement]:
    for version, event in enumerate(events):
        yield from projection.apply(recorded(event, version=version))


def order(number: int, label: str, *later: Event) -> Iterator[Statement]:
    """An order of this number and what became of it."""
    id_ = OrderId(derive("test", "order", number))
    first = drafted.model_copy(update={"order_id": id_, "number": number, "label": label})
    return told(ORDER_LIST, first, *(event.model_copy(update={"order_id": id_}) for event in later))


def package(label: str) -> Iterator[Statement]:
    """The package that all orders here are on."""
    details = PackageDetails(label=label, folder="", starts_at=MONDAY, ends_at=day(60))
    place = {
        "package_id": PACKAGE,
        "number": 12,
        "edition": 1,
        "kind": "by_form",
        "reference_id": id_of("reference"),
    }
    return told(SEEN_OFFERS, PackagePublished(**place, at=MONDAY, details=details))


async def asked(**how: Any) -> dict[str, Any]:
    """What Bo of head office asks for, with room for all of it."""
    caller = Caller(BO, MONDAY, id_of("command"), Asked(None, None), "en")
    return {**await wanted(caller, **how), "limit": 500, "value": ""}


async def numbers(db: Database, params: Params, column: Column, few: str) -> list[int]:
    return [row["number"] for row in await db.rows(*listed(params, column, few=few))]


async def few(db: Database, name: str, params: Params) -> bool:
    return bool((await db.rows(SURVEYS[name], params))[0]["few"])


async def fill(db: Database) -> None:
    """Orders on either side of the borders of neighbourhoods, a third of them drafts, placed and rejected each."""
    for nth, number in enumerate(BORDERS):
        await db.commit(list(order(number, LABELS[nth % len(LABELS)], *(placed, rejected)[: nth % 3])))


@pytest.mark.parametrize(
    ("label", "there"),
    [
        ("Spring", {"sommar": 4, "SOMMAR PÅ": 2, "midsom": 2, "rar!": 1, "ord512": 1, "spring": 10, "no": 0}),
        ("Sommar på Ön", {"sommar": 10, "SOMMAR PÅ": 10, "midsom": 2, "nowhere": 0, "ord9": 0, "100%": 1}),
    ],
)
async def test_the_words_of_few_orders_are_found_where_they_would_be_met_on_the_way(
    db: Database, label: str, there: dict[str, int]
) -> None:
    await fill(db)
    await db.commit(list(package(label)))
    for q, count in there.items():
        params = await asked(q=q)
        for column in COLUMNS:
            met = await numbers(db, params, column, "")
            assert len(met) == count, q
            assert len(q) < LETTERS or await numbers(db, params, column, "q") == met, (q, column)


async def test_orders_in_few_of_several_statuses_are_found_where_they_would_be_met_on_the_way(
    db: Database,
) -> None:
    await fill(db)
    for statuses, there in ((["placed", "rejected"], 10), (["rejected", "revising"], 5), (["revising"], 0)):
        params = await asked(status=[*statuses, "cancelled"], q="")
        for column in COLUMNS:
            met = await numbers(db, params, column, "")
            assert await numbers(db, params, column, "several") == met, (statuses, column)
            assert len(met) == there, statuses


async def test_a_word_that_an_order_no_longer_has_leads_to_none(db: Database) -> None:
    await db.commit(list(order(1, "Midsommar", revised.model_copy(update={"label": "Vinter"}))))
    for q, there in (("sommar", []), ("vinter", [1])):
        params = await asked(q=q)
        assert await few(db, "q", params)
        assert await numbers(db, params, "number", "q") == there


async def test_words_are_of_few_orders_until_too_many_neighbourhoods_have_them(db: Database) -> None:
    for nth in range(FEW_PLACES):
        await db.commit(list(order(nth * NEIGHBOURS, "Midsommar")))
    assert await few(db, "q", await asked(q="sommar"))
    await db.commit(list(order(FEW_PLACES * NEIGHBOURS, "Midsommar")))
    assert not await few(db, "q", await asked(q="sommar"))
    assert await few(db, "q", await asked(q="sommar i"))


async def test_nobody_knows_how_many_orders_have_words_of_two_letters(db: Database) -> None:
    assert not await few(db, "q", await asked(q="zq"))
    assert await few(db, "q", await asked(q="zqz"))


async def test_statuses_and_packages_are_of_few_orders_until_they_are_of_too_many(db: Database) -> None:
    drafts = [statement for number in range(FEW) for statement in order(number, "")]
    await db.commit([*package("Spring"), *drafts])
    asks = {"q": await asked(q="spring"), "several": await asked(status=["placed", "draft"])}
    assert {name: await few(db, name, params) for name, params in asks.items()} == dict.fromkeys(asks, True)
    await db.commit(list(order(FEW, "")))
    assert {name: await few(db, name, params) for name, params in asks.items()} == dict.fromkeys(asks, False)
