"""`make cluster`: a real broker, a real PostgreSQL and every part of every service, until Ctrl-C."""

import asyncio
import secrets
import signal
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from deploy.cluster import shell
from deploy.cluster.processes import Died, Processes, declare_topics, processes
from deploy.cluster.servers import kafka, kafka_jars, postgres, postgres_programs
from deploy.cluster.tale import SHOWN, begun, looking_on, tell_the_story
from services.demo.api import Unexpected

CACHE = Path.home() / ".cache" / "samverkan"


def main() -> None:
    """Start everything, tell the story through it, and stop it in order. Exit 3 if a server cannot be had."""
    jars = kafka_jars(CACHE)
    if jars is None or postgres_programs() is None:
        sys.exit("make cluster needs Java and Maven for Kafka, and PostgreSQL; apt-get install "
                 "openjdk-17-jre-headless maven postgresql")  # fmt: skip
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="samverkan-cluster-")))
        kept = directory / "kafka"
        kept.mkdir()
        broker = stack.enter_context(kafka(jars, kept))
        print(f"Apache Kafka      {broker.brokers}", flush=True)
        server = stack.enter_context(postgres(Path(tempfile.mkdtemp(prefix="samverkan-postgres-"))))
        print(f"PostgreSQL        {server.url}", flush=True)
        asyncio.run(_run(directory, jars, environment(directory, broker.brokers, server.url)))


def environment(directory: Path, brokers: str, postgres_url: str) -> dict[str, str]:
    """What every process is told: the same settings as in compose, with addresses of this machine."""
    return {
        "SAMVERKAN_DATA_DIR": str(directory),
        "SAMVERKAN_STORE": "postgres",
        "SAMVERKAN_STORE_URL": postgres_url,
        "SAMVERKAN_TRANSPORT": "kafka",
        "SAMVERKAN_KAFKA_BROKERS": brokers,
        "SAMVERKAN_SECRET_KEY": secrets.token_urlsafe(48),
        "SAMVERKAN_HTTP_PORT": "0",
        "SAMVERKAN_ADMIN_PORT": "0",
        "SAMVERKAN_WORKER_NAME": "one",
    }


async def _run(directory: Path, jars: Path, environ: dict[str, str]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    began = begun(directory)
    await declare_topics(environ)
    async with processes(directory, environ) as running:
        _greet(running, shell.write(directory, environ, running, jars), began.accounts)
        telling = asyncio.create_task(_tell(running, directory, environ))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({telling, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if telling.done():
            telling.result()
            print("\nCtrl-C stops everything.", flush=True)
            await stopped
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        codes = await running.stop()
    wrong = {name: code for name, code in codes.items() if code}
    print(f"{len(codes)} processes stopped" + (f", not cleanly: {wrong}" if wrong else ""), flush=True)


async def _tell(running: Processes, directory: Path, environ: dict[str, str]) -> None:
    async with looking_on(environ, running.gateway) as door:
        facts, checks = await tell_the_story(door, directory, begun(directory))
    print(
        f"\n{facts} facts told through {len(running.parts)} processes, {checks} expectations held.",
        flush=True,
    )


def _greet(running: Processes, shell_environment: Path, accounts: Mapping[str, str]) -> None:
    for name, part in running.parts.items():
        print(f"{name:<18}{part.address}", flush=True)
    print(f"every call        {running.gateway}/docs\nevery mail        {running.gateway}/mailbox")
    print("accounts          " + ", ".join(f"{login} {accounts[login]}" for login in SHOWN))
    print(
        f"in another shell  . {shell_environment}; samverkan consumers    (see docs/operations.md)\n",
        flush=True,
    )


if __name__ == "__main__":
    try:
        main()
    except (Died, Unexpected) as error:
        sys.exit(str(error))
