"""A service by itself, asked everything that can be asked of it: its own databases are all that it needs."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient

from services.alone import NAMES, open_service
from shared.kernel.message import Actor
from shared.runtime.ground import Files
from shared.runtime.kafka_bus import KafkaBus
from shared.settings import Settings
from shared.web.tokens import Tokens
from tests.facts import id_of
from tests.world import ADDRESS, MONDAY, SECRET

PLACE = re.compile(r"\{(\w+)\}")
UNDERSTOOD = {200, 401, 404, 409, 422, 428}
"""What says that the service could look; the gateway asks others, who are not there."""


@pytest.mark.row("J11")
@pytest.mark.parametrize("name", sorted(NAMES))
async def test_a_service_opens_no_database_but_its_own(tmp_path: Path, name: str) -> None:
    urls = ",".join(f"{other}=http://127.0.0.1:9" for other in NAMES if other != "gateway")
    settings = Settings(data_dir=tmp_path, secret_key=SECRET, requests_per_minute=100_000, service_urls=urls)
    root = Actor(id=str(id_of("root")), roles=frozenset({"admin"}))
    token = Tokens(SECRET).issue(root, MONDAY, timedelta(hours=1))
    signed_in = {"Authorization": f"Bearer {token}"}
    nowhere = KafkaBus("127.0.0.1:9", "one", ADDRESS)
    async with open_service(name, settings, lambda: MONDAY, nowhere, Files(tmp_path), frozenset()) as alone:
        assert alone.app is not None
        transport = ASGITransport(app=alone.app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://alone") as client:
            answers = [
                await client.request(
                    method, PLACE.sub(made_up, path), headers={**signed_in, "Idempotency-Key": path}
                )
                for path, operations in alone.app.openapi()["paths"].items()
                for method in operations
            ]
    assert len(answers) > 3
    assert {answer.status_code for answer in answers} <= ({503} if name == "gateway" else set()) | UNDERSTOOD
    assert files_in(tmp_path) == {f"{name}.events.db", f"{name}.views.db"}


def made_up(place: "re.Match[str]") -> str:
    return str(id_of(place[1]))


def files_in(directory: Path) -> set[str]:
    """Every database, without what SQLite keeps beside it."""
    return {file.name.partition("-")[0] for file in directory.iterdir()}
