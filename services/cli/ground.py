"""What every command stands on: settings or a sentence, one holder of the data directory, and lines to read."""

import fcntl
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.demo.clock import MovedClock, wanted_offset
from shared import settings as choices
from shared.runtime.bus import Bus
from shared.runtime.ground import Files, Ground
from shared.runtime.host import House
from shared.runtime.moved import utc_now
from shared.settings import Settings

if TYPE_CHECKING:
    from rich.progress import Progress

DONE, FAILED, WRONG, UNREACHABLE = 0, 1, 2, 3
SHORTEST_KEY = 32
LOCK_FILE = "lock"
STATE_FILE = "demonstration.json"
"""What a demonstration remembers of its first start; without it the clock is the wall's alone."""
PIPED_WIDTH = 200
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


class Leave(Exception):
    """End the process with this exit code after this sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def chosen() -> Settings:
    """The settings, or Leave with the sentence that names the wrong one."""
    try:
        return choices.load()
    except choices.WrongSetting as error:
        raise Leave(WRONG, str(error)) from error


def console() -> Console:
    """Colours for a terminal, plain lines for a pipe."""
    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)


def progress(*, quiet: bool) -> "Progress":
    """A bar on a terminal that leaves nothing behind; nothing at all in a pipe."""
    from rich.progress import Progress

    out = console()
    return Progress(console=out, disable=quiet or not out.is_terminal, transient=True)


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as a table for a terminal, as columns for a pipe, or as one JSON object a line."""
    out = console()
    if as_json:
        for row in rows:
            out.print(json.dumps(dict(row), default=str, ensure_ascii=False), soft_wrap=True, markup=False)
        return
    if not out.is_terminal:
        for row in rows:
            line = "  ".join(_cell(row[column]) for column in columns)
            out.print(line, soft_wrap=True, markup=False, highlight=False)
        return
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(_cell(row[column])) for column in columns))
    out.print(table)


def _cell(value: object) -> str:
    return "-" if value is None else str(value)


def say(sentence: str, *, as_json: bool = False, **facts: Any) -> None:
    """One sentence, or the facts behind it as a JSON object."""
    text = json.dumps(facts, default=str, ensure_ascii=False) if as_json else sentence
    console().print(text, soft_wrap=True, markup=False, highlight=False)


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Hold the data directory alone, as long as this lasts. Leave if somebody else does."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Leave(WRONG, f"SAMVERKAN_DATA_DIR: {directory} cannot be used ({error.strerror})") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        where = "stop it first, or set SAMVERKAN_DATA_DIR to another directory"
        raise Leave(WRONG, f"{directory} is in use by a running `samverkan up`; {where}") from error
    try:
        yield
    finally:
        os.close(handle)


def is_held(directory: Path) -> bool:
    """True while `samverkan up` runs on this directory."""
    try:
        with held(directory):
            return False
    except Leave:
        return True


def stored(settings: Settings) -> Path:
    """The data directory, or Leave if it is not where facts are, or nothing has ever been stored there."""
    if settings.store != "sqlite":
        raise Leave(WRONG, f"the facts are on a {settings.store} server; its own tools copy them")
    if not (settings.data_dir / "catalog.events.db").exists():
        raise Leave(WRONG, f"nothing is stored in {settings.data_dir}; `samverkan up` begins there")
    return settings.data_dir


def opened(settings: Settings) -> House:
    """The stores and tables without any job; `async with` opens them. Works beside whatever runs."""
    from services.embedded import SERVICES, effects_of

    ground: Ground = Files(stored(settings)) if settings.store == "sqlite" else ground_of(settings)
    effects = partial(effects_of, settings)
    return House(SERVICES, ground, clock_of(settings), effects, bus_of(settings), frozenset())


def ground_of(settings: Settings) -> Ground:
    """Where facts and tables are, by the settings. Leave if these do not fit together, or a server does not answer."""
    if settings.store == "sqlite":
        for name in ("store_url", "read_db_url"):
            if getattr(settings, name).get_secret_value():
                raise Leave(WRONG, f"SAMVERKAN_{name.upper()} is set, but SAMVERKAN_STORE is sqlite")
        return Files(settings.data_dir)
    if not find_spec("psycopg"):
        raise Leave(WRONG, "PostgreSQL's client is not installed; install the extra `postgres`")
    if settings.store == "kurrentdb" and not find_spec("kurrentdbclient"):
        raise Leave(WRONG, "KurrentDB's client is not installed; install the extra `kurrentdb`")
    from services.cli.servers import servers_of

    return servers_of(settings)


def bus_of(settings: Settings) -> Bus | None:
    """How services hear each other, by the settings; None for the stores' own tails."""
    if settings.transport == "local":
        return None
    if not settings.kafka_brokers:
        raise Leave(
            WRONG, "SAMVERKAN_KAFKA_BROKERS is not set; name the brokers as host:port, with commas between"
        )
    if not find_spec("aiokafka") or not find_spec("yaml"):
        raise Leave(WRONG, "Kafka's client is not installed; install the extra `kafka`")
    from shared.runtime.kafka_bus import KafkaBus

    where = (settings.kafka_brokers, settings.worker_name, settings.address)
    if settings.transport == "kafka":
        return KafkaBus(*where)
    if not find_spec("faust"):
        raise Leave(WRONG, "Faust is not installed; install the extra `faust`")
    from shared.transport.faust import FaustFeed

    return KafkaBus(*where, FaustFeed)


def clock_of(settings: Settings) -> MovedClock:
    """The clock of this data directory: the wall's, moved where a demonstration moved it."""
    moved = (settings.data_dir / STATE_FILE).exists()
    return MovedClock(utc_now, wanted_offset(settings.data_dir) if moved else timedelta())


def local(moment: datetime, settings: Settings) -> str:
    """A moment for people, in their own time zone."""
    return moment.astimezone(ZoneInfo(settings.time_zone)).strftime("%Y-%m-%d %H:%M:%S")


def write_private(path: Path, text: str) -> None:
    """A file that only its owner reads; there whole, or as it was."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
