"""What others build on, as it is committed: the AsyncAPI document, and the schemas that `ce_dataschema` names."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from shared import contract
from shared.kernel.decider import Refused
from shared.web.caller import Stop

router = APIRouter()
KEPT = {"Cache-Control": "max-age=3600"}


@router.get("/asyncapi.json")
async def asyncapi() -> FileResponse:
    """What is told on Kafka: topics, messages, headers, and each message's schema as readers should have it."""
    return _file(contract.HOME / contract.ASYNCAPI, "application/json")


@router.get("/schemas/{type_}/{version}.json")
async def schema(request: Request, type_: str, version: str) -> FileResponse:
    """The JSON Schema of one event version: `1` as open as readers should have it, `1.writer` closed."""
    del type_, version
    return _file(contract.served().get(request.url.path), "application/schema+json")


def _file(path: Path | None, kind: str) -> FileResponse:
    if path is None or not path.exists():
        raise Stop(Refused("request.no-such-page", "missing"), 404)
    return FileResponse(path, media_type=kind, headers=KEPT)
