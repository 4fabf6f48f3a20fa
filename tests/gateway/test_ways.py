"""The way of a request to the process that answers it: pages and the API have addresses of their own."""

import pytest

from services.embedded import SERVICES
from services.gateway.ways import Ways


@pytest.fixture(scope="module")
def ways() -> Ways:
    """The ways of all services, none of which is anywhere."""
    routers = [(one.name, one.router) for one in SERVICES if one.router is not None]
    pages = [(one.name, one.pages) for one in SERVICES if one.pages is not None]
    return Ways(routers, pages, {})


@pytest.mark.parametrize(
    ("path", "api", "page"),
    [
        ("/packages", "catalog", "gateway"),
        ("/orders", "ordering", "gateway"),
        ("/entities", "catalog", None),
        ("/people", "catalog", None),
        ("/sign-in", None, "gateway"),
        ("/mailbox", None, "notifier"),
        ("/nowhere", None, None),
    ],
)
def test_the_same_address_is_a_page_or_of_the_api(
    ways: Ways, path: str, api: str | None, page: str | None
) -> None:
    found = [way and way[0] for way in (ways.way("GET", path), ways.page("GET", path))]
    assert found == [api, page]
