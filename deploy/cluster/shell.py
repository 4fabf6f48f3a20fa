"""A shell for whoever looks after a cluster: its settings, our command line, Kafka's tools under their names."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.cluster.processes import Processes

ROOT = Path(__file__).parent.parent.parent
TOOLS = {
    "kafka-consumer-groups.sh": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "kafka-console-consumer.sh": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
}


def write(directory: Path, environ: Mapping[str, str], running: Processes, jars: Path) -> Path:
    """Make `environment`, to be read by a shell with a dot; B is where the brokers are, ADMIN each process's port."""
    programs = directory / "bin"
    programs.mkdir(exist_ok=True)
    ours = f"cd {shlex.quote(str(ROOT))} && exec {shlex.quote(sys.executable)} -m services.cli"
    _program(programs / "samverkan", ours)
    for name, tool in TOOLS.items():
        java = f"exec java -Xmx256m -cp {shlex.quote(f'{jars}/*')} {tool}"
        _program(programs / name, java, '2> >(grep -v "^SLF4J" >&2)')  # no logger is among these jars
    told = {
        **environ,
        "SAMVERKAN_SERVICE_URLS": running.urls,
        "SAMVERKAN_PUBLIC_URL": running.gateway,
        "B": environ["SAMVERKAN_KAFKA_BROKERS"],
        "D": str(directory),
    }
    told |= {name.replace(" ", "_").upper(): part.admin for name, part in running.parts.items()}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in told.items()]
    lines.append(f'export PATH={shlex.quote(str(programs))}:"$PATH"')
    path = directory / "environment"
    path.write_text("\n".join(lines) + "\n")
    return path


def _program(path: Path, command: str, errors: str = "") -> None:
    path.write_text(f'#!/usr/bin/env bash\n{command} "$@" {errors}\n')
    path.chmod(0o755)
