"""Rooms that stay pure, arrows that keep their direction, services that know nothing of each other."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services import embedded

ROOT = Path(__file__).parent.parent.parent
PURE = (
    "services/*/deciders/**/*.py",
    "services/*/projections/**/*.py",
    "services/*/reactions.py",
    "services/*/reactions/*.py",
    "shared/kernel/**/*.py",
    "shared/contracts/**/*.py",
)
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "sleep", "perf_counter"}
DICE = {"uuid1", "uuid4", "uuid7", "fresh", "random", "randint", "choice", "shuffle", "token_hex"}
WORLD = {"open", "environ", "getenv", "print", "input", "connect", "urlopen", "Path"}
FORBIDDEN = CLOCKS | DICE | WORLD
BUILT_IN = {"open", "print", "input"}
ALLOWED = {("shared/kernel/ids.py", "fresh"), ("shared/kernel/ids.py", "uuid7")}
SERVICES = tuple(service.name for service in embedded.SERVICES)


def impure(source: str) -> set[str]:
    """Names of clocks, dice and the outside world that this source calls or reaches for."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):  # called or handed on, as in default_factory=datetime.now
            found |= {node.attr} & FORBIDDEN
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {node.func.id} & FORBIDDEN
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found |= {node.id} & BUILT_IN
        elif isinstance(node, ast.ImportFrom):
            found |= {*(node.module or "").split("."), *(alias.name for alias in node.names)} & FORBIDDEN
        elif isinstance(node, ast.Import):
            found |= {part for alias in node.names for part in alias.name.split(".")} & FORBIDDEN
    return found


@pytest.mark.parametrize(
    "path",
    sorted({path for pattern in PURE for path in ROOT.glob(pattern)}),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_no_clock_no_dice_and_no_world_in_a_pure_room(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    assert {name for name in impure(path.read_text()) if (place, name) not in ALLOWED} == set()


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import uuid\ny = uuid.uuid4()",
        "open('x')",
        "from time import time",
        "from random import Random",
        "from pydantic import Field\nx = Field(default_factory=datetime.now)",
        "import os\nx = os.environ['HOME']",
        "look = open",
        "import time as t",
    ],
)
def test_the_walker_sees_what_it_is_for(source: str) -> None:
    assert impure(source)


def lint_imports(directory: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=directory, capture_output=True, text=True, check=False)


@pytest.mark.row("J11")
def test_every_arrow_points_the_allowed_way() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.row("J11")
@pytest.mark.parametrize(
    ("place", "line", "named"),
    [
        (
            "services/ordering/reactions.py",
            "import services.catalog.reactions",
            "Services never import each other",
        ),
        ("services/approval/deciders/request.py", "import shared.store.sqlite", "Pure rooms"),
        ("services/ordering/deciders/order.py", "import services.ordering.routes", "Inside every service"),
        ("shared/codec.py", "import shared.runtime.execute", "each floor"),
    ],
)
def test_an_arrow_the_wrong_way_is_seen(tmp_path: Path, place: str, line: str, named: str) -> None:
    for folder in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    provoked = tmp_path / place
    provoked.write_text(f"{provoked.read_text()}\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert f"{named}" in done.stdout.split("BROKEN")[0] + done.stdout.split("Broken contracts")[-1]


@pytest.mark.row("J11")
@pytest.mark.parametrize("service", SERVICES)
def test_no_service_names_anothers_desk_or_files(service: str) -> None:
    for path in (ROOT / "services" / service).rglob("*.py"):
        source = path.read_text()
        for other in SERVICES:
            if other != service:
                assert f'desk_of("{other}")' not in source, path
                assert f'desks["{other}"]' not in source, path
                assert f"{other}.views.db" not in source, path


def test_every_service_has_the_same_rooms() -> None:
    pure = {"deciders", "projections", "reactions.py"}
    known = pure | {"README.md", "__init__.py", "routes", "routes.py", "service.py", "problems.toml"}
    for service in SERVICES:
        folder = ROOT / "services" / service
        rooms = {path.name for path in folder.iterdir()} - {"__pycache__"}
        assert {"README.md", "service.py", "problems.toml"} <= rooms, service
        if service not in {"gateway", "notifier", "campaigns"}:  # these have a door, a post and a loading bay
            assert rooms <= known, service
