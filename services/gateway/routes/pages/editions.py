"""What became of each edition of a package, for whoever was offered it."""

from fastapi import APIRouter, Response

from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen
from shared.kernel.ids import PackageId

router = APIRouter(route_class=PageRoute)


@router.get("/packages/{package_id}/editions")
async def show_editions(visit: Seen, package_id: PackageId) -> Response:
    """Every edition that this person may know, the newest first; one that begins again is the package's own page's."""
    editions = (await visit.read(f"/packages/{package_id}/editions"))["items"]
    package = await visit.read_if_any(f"/packages/{package_id}")
    return visit.page("editions.html", editions=editions[::-1], package=package)
