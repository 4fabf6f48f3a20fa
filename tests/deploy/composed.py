"""docker-compose.yml as Compose reads it, and the image's tree as its Dockerfile copies it."""

import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.cli.running import ROOT

COMPOSE, DOCKERFILE = ROOT / "docker-compose.yml", ROOT / "deploy" / "image" / "Dockerfile"
OURS = "samverkan:"
JOBS = ("keys", "topics")
"""They end before the others begin, so nobody asks for their health."""
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


def composed(**environ: str) -> dict[str, Any]:
    """The document with these variables of the caller's environment; nothing else of it is read."""
    document: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return dict(_interpolated(document, environ))


def _interpolated(part: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return VARIABLE.sub(lambda found: environ.get(found[1], found[2]), part)
    if isinstance(part, list):
        return [_interpolated(one, environ) for one in part]
    return (
        {name: _interpolated(one, environ) for name, one in part.items()} if isinstance(part, dict) else part
    )


def containers(**environ: str) -> dict[str, dict[str, Any]]:
    """Every container by its name."""
    services: dict[str, dict[str, Any]] = composed(**environ)["services"]
    return services


def parts(**environ: str) -> dict[str, dict[str, Any]]:
    """Those that run a part of a service of ours."""
    every = containers(**environ).items()
    return {name: one for name, one in every if one["image"].startswith(OURS) and name not in JOBS}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile: name and rest of every instruction, in order."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in whole.splitlines() if line)]


def copies() -> list[tuple[list[str], str]]:
    """Sources and target of every COPY."""
    words = [shlex.split(rest) for name, rest in instructions() if name == "COPY"]
    return [(sources, target) for *sources, target in words]


def build_tree(root: Path) -> Path:
    """Copy what the Dockerfile copies below `root`, as the image has it; where the product stands in there."""
    (app,) = (rest for name, rest in instructions() if name == "WORKDIR")
    for sources, target in copies():
        there = root / (target if target.startswith("/") else f"{app}/{target}").lstrip("/")
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                inside = there / Path(source).name if target.endswith("/") else there
                inside.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, inside)
    return root / app.lstrip("/")
