"""The dashboard and the alerts: Prometheus reads them, and they ask for nothing that nobody tells."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from shared.telemetry.metrics import names
from tests.cli.running import ROOT
from tests.deploy.composed import containers, parts
from tests.real_servers import absent

HERE = ROOT / "deploy" / "observability"
RULES_TESTED = Path(__file__).with_name("alerts.yml")
PROMETHEUS_OWN = {"up", "ALERTS"}
PART = re.compile("_(total|created|bucket|count|sum)$")
GRAFANA_VARIABLES = {"$__rate_interval": "5m", "$service": ".*"}
VARIABLE = re.compile(r"\$\w+")


@cache
def dashboard() -> dict[str, Any]:
    """As it is committed."""
    document: dict[str, Any] = json.loads((HERE / "dashboard.json").read_text())
    return document


def rules() -> list[dict[str, Any]]:
    """Every alert."""
    (group,) = yaml.safe_load((HERE / "alerts.yml").read_text())["groups"]
    return list(group["rules"])


def targets() -> list[str]:
    """Every address that Prometheus asks, all of them in the job that alerts and panels name."""
    (job,) = yaml.safe_load((HERE / "prometheus.yml").read_text())["scrape_configs"]
    assert job["job_name"] == "samverkan"
    (asked,) = (one["targets"] for one in job["static_configs"])
    return list(asked)


def queries() -> Iterator[tuple[str, str]]:
    """Where it stands, and a query in the words of Prometheus alone."""
    asked = [(f"alert {rule['alert']}", rule["expr"]) for rule in rules()]
    for panel in dashboard()["panels"]:
        asked += [(f"panel {panel['title']}", target["expr"]) for target in panel["targets"]]
    asked += [("annotation", one["expr"]) for one in dashboard()["annotations"]["list"]]
    for where, query in asked:
        yield where, VARIABLE.sub(lambda found: GRAFANA_VARIABLES[found[0]], query)


def names_in(query: str) -> set[str]:
    """The metrics that a query asks for. Raises ValueError where it is no PromQL."""
    found: set[str] = set()

    def look(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.add(node.name)

    promql_parser.walk(promql_parser.parse(query), look)
    return found


@pytest.fixture
def promtool() -> str:
    """Prometheus' own judge of its files."""
    found = shutil.which("promtool")
    if found is None:
        absent("promtool, of Prometheus")
    assert found is not None
    return found


@pytest.mark.row("M10")
def test_every_metric_that_is_asked_for_is_told() -> None:
    asked = {name: where for where, query in queries() for name in names_in(query)}
    told = names() | PROMETHEUS_OWN
    assert {name: where for name, where in asked.items() if name not in told} == {}
    variables = {one["name"]: one for one in dashboard()["templating"]["list"]}
    (name,) = re.findall(r"label_values\((\w+), service\)", variables["service"]["query"]["query"])
    assert name in told


def test_nothing_that_is_told_is_left_unseen() -> None:
    ours = {name for name in names() if name.startswith("samverkan_")}
    asked = {name for _, query in queries() for name in names_in(query)}
    assert {PART.sub("", name) for name in ours} - {PART.sub("", name) for name in asked} == set()


@pytest.mark.row("M10")
def test_prometheus_takes_its_settings_and_the_alerts(promtool: str) -> None:
    checked = subprocess.run(
        [promtool, "check", "config", HERE / "prometheus.yml"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert f"{len(rules())} rules found" in checked.stdout


@pytest.mark.row("M10")
def test_each_alert_is_told_in_its_time_and_none_on_a_quiet_day(promtool: str, tmp_path: Path) -> None:
    tested = yaml.safe_load(RULES_TESTED.read_text())
    alerts = {rule["alert"] for rule in rules()}
    quiet, bad = tested["tests"]
    assert {one["alertname"] for one in quiet["alert_rule_test"]} == alerts
    assert {one["alertname"] for one in bad["alert_rule_test"] if "exp_alerts" in one} == alerts
    (tmp_path / "alerts.yml").write_text(yaml.safe_dump({**tested, "rule_files": [str(HERE / "alerts.yml")]}))
    ran = subprocess.run(
        [promtool, "test", "rules", tmp_path / "alerts.yml"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.row("M10")
def test_prometheus_takes_every_query_of_the_dashboard(promtool: str, tmp_path: Path) -> None:
    asked = [{"record": f"asked:{nth}", "expr": query} for nth, (_, query) in enumerate(queries())]
    path = tmp_path / "asked.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": asked}]}))
    checked = subprocess.run(
        [promtool, "check", "rules", path], capture_output=True, text=True, check=False, timeout=60
    )
    assert checked.returncode == 0, checked.stderr
    assert f"{len(asked)} rules found" in checked.stdout


@pytest.mark.row("M10")
def test_every_variable_and_source_that_the_dashboard_names_is_there() -> None:
    variables = {one["name"]: one for one in dashboard()["templating"]["list"]}
    named = set(re.findall(r"\$\{?(\w+)", json.dumps(dashboard())))
    assert {name for name in named if not name.startswith("__")} == set(variables)
    assert named - set(variables) <= {"__rate_interval", "__all"}, "what Grafana fills in by itself"
    provisioned = yaml.safe_load((HERE / "grafana/datasources/samverkan.yml").read_text())["datasources"]
    assert (variables["source"]["type"], variables["source"]["query"]) == ("datasource", "prometheus")
    assert [one["name"] for one in provisioned if one.get("isDefault")] == ["Prometheus"]
    for one in (variables["service"], *dashboard()["annotations"]["list"]):
        assert one["datasource"] == {"type": "prometheus", "uid": "${source}"}


@pytest.mark.row("M10")
def test_the_dashboard_has_what_grafana_needs_of_it() -> None:
    board = dashboard()
    assert re.fullmatch(r"[\w-]{1,40}", board["uid"]), "Grafana takes no other"
    assert board["schemaVersion"] >= 39
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["type"] in {"stat", "timeseries", "table"}
        assert panel["title"]
        assert panel["description"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert sources == [{"type": "prometheus", "uid": "${source}"}] * len(sources)
    assert [one["name"] for one in board["templating"]["list"]] == ["source", "service"]


def test_no_panel_lies_on_another() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[x, y]}"
                taken[x, y] = panel["title"]


def test_prometheus_asks_every_container_of_ours_where_it_tells_operators() -> None:
    told = [f"{name}:{one['environment']['SAMVERKAN_ADMIN_PORT']}" for name, one in parts().items()]
    assert sorted(targets()) == sorted(told)


def test_grafana_finds_the_dashboard_and_prometheus_where_compose_puts_them() -> None:
    mounts = dict(mount.split(":")[:2] for mount in containers()["grafana"]["volumes"])
    (provider,) = yaml.safe_load((HERE / "grafana/dashboards/samverkan.yml").read_text())["providers"]
    inside = mounts["./deploy/observability/dashboard.json"]
    assert Path(inside).parent == Path(provider["options"]["path"])
    assert containers()["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == inside
    assert mounts["./deploy/observability/grafana"] == "/etc/grafana/provisioning"
    sources = yaml.safe_load((HERE / "grafana/datasources/samverkan.yml").read_text())["datasources"]
    hosts = {one["type"]: re.findall(r"http://(\w+):\d+", one["url"])[0] for one in sources}
    assert hosts == {"prometheus": "prometheus", "jaeger": "jaeger"}
    assert set(hosts.values()) <= set(containers())
