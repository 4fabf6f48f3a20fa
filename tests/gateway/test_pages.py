"""Pages for people, health, and the description of the API."""

import re

import pytest
from httpx2 import Response

from services.gateway.problem_pages import ROOT, markdown
from shared.web.problems import Texts
from tests.world import World


async def page(world: World, path: str, language: str = "en") -> Response:
    return await world.client.get(path, headers={"Accept-Language": language})


async def test_the_index_names_what_there_is(world: World) -> None:
    found = await page(world, "/")
    assert found.status_code == 200
    for path in ("/docs", "/asyncapi.json", "/mailbox", "/problems"):
        assert f'href="{path}"' in found.text


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_every_problem_has_a_page_in_the_readers_language(world: World, language: str) -> None:
    texts: Texts = world.product.app.state.texts
    listed = await page(world, "/problems", language)
    assert listed.headers["content-language"] == language
    for code in texts.codes:
        assert f'href="/problems/{code}"' in listed.text
        found = await page(world, f"/problems/{code}", language)
        assert found.status_code == 200
        assert f'<html lang="{language}">' in found.text
        assert "{" not in found.text
    missing = await page(world, "/problems/no.such-code")
    assert missing.status_code == 404
    assert "request.no-such-page" in missing.text


async def test_the_type_of_a_problem_is_its_page(world: World) -> None:
    problem = (await page(world, "/api/v1/me")).json()
    assert (await page(world, problem["type"])).status_code == 200


@pytest.mark.parametrize("path", ["/", "/problems", "/docs", "/problems/request.stale"])
async def test_no_page_takes_anything_from_elsewhere_or_runs_code_of_its_own(world: World, path: str) -> None:
    found = await page(world, path)
    assert "script-src" not in found.headers["content-security-policy"]
    assert found.headers["content-security-policy"].startswith("default-src 'self'")
    assert not re.search(r'(src|href)="(https?:)?//', found.text)
    assert not re.search(r"<script[^>]*>[^<]", found.text)
    for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', found.text):
        assert (await page(world, asset)).status_code == 200


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/nowhere", "text/html,*/*", "text/html"),
        ("/nowhere", "*/*", "application/problem+json"),
        ("/api/v1/nowhere", "text/html,*/*", "application/problem+json"),
    ],
)
async def test_a_wrong_address_is_answered_in_the_way_of_who_asks(
    world: World, path: str, accept: str, kind: str
) -> None:
    found = await world.client.get(path, headers={"Accept": accept, "Accept-Language": "sv"})
    assert found.status_code == 404
    assert found.headers["content-type"].startswith(kind)
    assert "request.no-such-page" in found.text


async def test_only_the_files_of_pages_are_served(world: World) -> None:
    for name in ("../service.py", "..%2fservice.py", "LICENSE", ""):
        assert (await page(world, f"/static/{name}")).status_code == 404


async def test_health_says_alive_and_ready_and_not_ready_once_a_job_has_stopped(world: World) -> None:
    assert (await page(world, "/livez")).json() == {"status": "alive"}
    ready = await page(world, "/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    await world.product.house.stop()
    stopped = await page(world, "/readyz")
    assert (stopped.status_code, stopped.json()["code"]) == (503, "health.not-ready")
    await world.product.house.start()


async def test_the_description_is_complete(world: World) -> None:
    document = (await page(world, "/openapi.json")).json()
    assert (
        document["components"]["securitySchemes"]["password"]["flows"]["password"]["tokenUrl"]
        == "/api/v1/token"
    )
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["tags"], where
            assert operation["description"], where
            assert any(int(status) >= 400 for status in operation["responses"]), where
            for status, answer in operation["responses"].items():
                assert int(status) < 400 or "application/problem+json" in answer["content"], where
            names = {p.get("name") or p["$ref"].rsplit("/", 1)[-1] for p in operation["parameters"]}
            assert "Accept-Language" in names, where
            if method == "patch":
                assert "If-Match" in names, where
            if method == "post" and operation["security"]:
                assert "Idempotency-Key" in names, where
    decision = document["paths"]["/api/v1/packages/{package_id}/approve"]["post"]
    assert decision["operationId"].startswith("approve_package")
    assert decision["description"].startswith("Yes to a package under review")


def test_the_committed_page_of_problems_is_the_generated_one() -> None:
    committed = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    assert committed == markdown(), "run: python -m services.gateway.problem_pages > docs/problems.md"
