"""`docker compose up`: what can be known of it without Docker."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.cluster.processes import parts_of
from deploy.image.keys import draw
from shared.runtime.moved import utc_now
from shared.settings import PREFIX, load
from shared.web.app import build
from shared.web.tokens import Tokens
from tests.cli.running import ROOT
from tests.deploy.composed import COMPOSE, JOBS, OURS, composed, containers, parts

STORES = ("postgres", "kurrentdb")
BY_TAG_AND_DIGEST = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?@sha256:[0-9a-f]{64}")
BY_TAG = re.compile(r"[\w./-]+:v?\d+\.\d+\.\d+")
NO_DIGEST = {"kurrentdb"}
SECRET = re.compile(r"PASS|SECRET|TOKEN|KEY", re.IGNORECASE)


def _errors(document: Any) -> list[str]:
    schema = json.loads((ROOT / "tests/vendor/compose-spec.json").read_text())
    return [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(document)
    ]


@pytest.mark.row("M02")
def test_the_file_is_as_the_compose_specification_wants_it() -> None:
    document = composed()
    assert _errors(document) == []
    document["services"]["postgres"]["healthchek"] = document["services"]["postgres"].pop("healthcheck")
    assert "healthchek" in "".join(_errors(document))


@pytest.mark.row("M02")
@pytest.mark.parametrize("name", containers())
def test_every_image_is_pinned_and_every_service_has_a_health_check(name: str) -> None:
    container = containers()[name]
    if not container["image"].startswith(OURS):
        pinned = BY_TAG if name in NO_DIGEST else BY_TAG_AND_DIGEST
        assert pinned.fullmatch(container["image"])
        assert "build" not in container
    assert ("healthcheck" in container) is (name not in JOBS)
    assert container.get("healthcheck", {"test": ["CMD"]})["test"][0] == "CMD"


@pytest.mark.row("M02")
def test_the_servers_that_the_product_stands_on_are_all_there() -> None:
    images = {name: one["image"].partition(":")[0] for name, one in containers().items()}
    assert images["kafka"] == "apache/kafka"
    assert images["kurrentdb"] == "kurrentplatform/kurrentdb"
    assert images["postgres"] == "postgres"
    assert images["mailpit"] == "axllent/mailpit"
    assert images["kafka-console"] == "kafbat/kafka-ui"


@pytest.mark.row("M02")
def test_containers_run_the_same_parts_as_the_processes_of_a_cluster() -> None:
    ran = {name: tuple(one["command"]) for name, one in parts().items()}
    assert ran == {"-".join(words): words for words in parts_of()}


def test_our_image_is_built_from_this_tree_once_and_is_never_fetched() -> None:
    ours = {name: one for name, one in containers().items() if one["image"].startswith(OURS)}
    assert len({one["image"] for one in ours.values()}) == 1
    assert [name for name, one in ours.items() if "build" in one] == ["keys"]
    build_of = ours["keys"]["build"]
    assert (ROOT / build_of["context"] / build_of["dockerfile"]).is_file()
    assert {one["pull_policy"] for one in ours.values()} == {"build", "never"}


@pytest.mark.parametrize("store", STORES)
def test_every_setting_exists_and_is_accepted_with_the_secrets_that_are_drawn(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(tmp_path, store)
    for one in parts(SAMVERKAN_STORE=store).values():
        with monkeypatch.context() as patch:
            for setting, value in {**one["environment"], f"{PREFIX}SECRETS_DIR": str(tmp_path)}.items():
                patch.setenv(setting, value)
            settings = load()
        assert settings.store == store
        assert settings.store_url.get_secret_value().startswith(store)
        assert settings.read_db_url.get_secret_value().startswith("postgresql://samverkan:")
        assert len(settings.secret_key.get_secret_value()) >= 32


def test_containers_are_asked_for_their_health_where_they_answer() -> None:
    app = build((), {}, load({}), Tokens("x" * 32), utc_now, prefix="", public=False)
    paths = set(app.openapi()["paths"])
    for name, one in parts().items():
        (port, path) = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", one["healthcheck"]["test"][-1])[0]
        assert (port, path) == (one["environment"][f"{PREFIX}ADMIN_PORT"], "/readyz"), name
        assert path in paths


def test_ports_are_published_to_this_machine_only_and_no_two_alike() -> None:
    published = [port for one in containers().values() for port in one.get("ports", [])]
    assert published
    assert [port for port in published if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)] == []
    assert len({port.split(":")[1] for port in published}) == len(published)


def test_no_password_stands_in_the_file() -> None:
    assert re.findall(r"://[^\s/:@]+:[^\s/@]+@", COMPOSE.read_text()) == []
    for one in containers().values():
        named = [name for name in one.get("environment", {}) if SECRET.search(name)]
        assert [name for name in named if not name.endswith(("_FILE", "_DIR"))] == []


def test_secrets_are_seen_by_our_containers_and_postgresql_alone_and_written_by_one() -> None:
    mounts = {
        name: mount
        for name, one in containers().items()
        for mount in one.get("volumes", [])
        if mount.startswith("keys:")
    }
    assert set(mounts) == {*parts(), *JOBS, "postgres"}
    assert [name for name, mount in mounts.items() if not mount.endswith(":ro")] == ["keys"]


def test_our_containers_may_do_no_more_than_they_need() -> None:
    for name, one in containers().items():
        if one["image"].startswith(OURS):
            assert one["read_only"] is True, name
            assert one["cap_drop"] == ["ALL"], name
            assert one["security_opt"] == ["no-new-privileges:true"], name


def test_whoever_waits_waits_for_somebody_who_says_when() -> None:
    every = containers()
    wanted = [
        (name, other, condition["condition"])
        for name, one in every.items()
        for other, condition in one.get("depends_on", {}).items()
    ]
    for name, other, condition in wanted:
        expected = "service_completed_successfully" if other in JOBS else "service_healthy"
        assert condition == expected, (name, other)
    # `up --wait` takes the end of a job that nobody waits for as a failure.
    assert {other for name, other, _ in wanted if name not in JOBS} >= set(JOBS)
    assert all({"topics", "postgres"} <= set(one["depends_on"]) for one in parts().values())


def test_profiles_name_what_is_not_started_by_itself() -> None:
    profiles = {name: one["profiles"] for name, one in containers().items() if "profiles" in one}
    looking_on = {name: ["observability"] for name in ("prometheus", "grafana", "jaeger")}
    assert profiles == {"kurrentdb": ["kurrentdb"], **looking_on}


def test_every_folder_and_file_that_is_mounted_exists() -> None:
    mounts = [mount for one in containers().values() for mount in one.get("volumes", [])]
    places = [mount.split(":")[0] for mount in mounts]
    assert [place for place in places if place.startswith(".") and not (ROOT / place).exists()] == []
    assert {place for place in places if not place.startswith(".")} == set(composed()["volumes"])
