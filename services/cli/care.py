"""Commands that check and repair: verify, rebuild, backup, restore."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.ground import (
    FAILED,
    STATE_FILE,
    WRONG,
    AsJson,
    Leave,
    chosen,
    held,
    opened,
    progress,
    say,
    show,
    stored,
)
from services.cli.up import KEY_FILE
from services.demo.clock import FILE as CLOCK_FILE
from shared.accidents import Unavailable
from shared.kernel.projection import Projection
from shared.runtime.host import House
from shared.runtime.rebuild import Compared
from shared.sqlite import connect

KEPT = (KEY_FILE, STATE_FILE, CLOCK_FILE)
Finding = dict[str, Any]


def verify(*, as_json: AsJson = False) -> None:
    """Every stream's hash chain, and every view against a fresh fold. Exit 1 names what is wrong."""
    settings = chosen()

    async def run() -> tuple[list[Finding], int, int]:
        async with opened(settings) as house:
            findings, views = [found async for found in _chains(house)], 0
            for projection in _projections(house):
                views += 1
                findings += [found async for found in _view(house, projection)]
            facts = sum([await desk.store.last_position() for desk in house.desks.values()])
        return findings, facts, views

    findings, facts, views = asyncio.run(run())
    if findings:
        show(findings, ("broken", "where", "what"), as_json=as_json)
        raise Leave(FAILED, f"{len(findings)} things are not as they were stored")
    sentence = f"{facts} facts and {views} views are as they should be"
    say(sentence, as_json=as_json, facts=facts, views=views, findings=0)


def rebuild_view(
    projection: Annotated[str, typer.Argument(help="Such as ordering.order_list; `all` for every one.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make a view anew beside the live one, compare the two, and put it in its place."""
    settings = chosen()

    async def run() -> list[Finding]:
        async with opened(settings) as house:
            known = {one.name: one for one in _projections(house)}
            if projection != "all" and projection not in known:
                raise Leave(WRONG, f"{projection} is no view; there are {', '.join(sorted(known))}")
            wanted = known.values() if projection == "all" else [known[projection]]
            return [_row(one, table) for one in wanted for table in await _anew(house, one, quiet=as_json)]

    show(asyncio.run(run()), ("view", "table", "before", "after", "different"), as_json=as_json)


def backup(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.")], *, as_json: AsJson = False
) -> None:
    """A copy of everything at one moment, also while `up` runs."""
    source = stored(chosen())
    if directory.exists() and any(directory.iterdir()):
        raise Leave(WRONG, f"{directory} is not empty")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = sorted(source.glob("*.db"))
    with ExitStack() as stack:
        for snapshot, file in zip(_snapshots(files, stack), files, strict=True):
            (directory / file.name).touch(mode=0o600)
            with closing(sqlite3.connect(directory / file.name)) as copy:
                snapshot.backup(copy)
    _copy_kept(source, directory)
    say(
        f"{len(files)} files are copied to {directory}",
        as_json=as_json,
        files=len(files),
        directory=str(directory),
    )


def restore(
    directory: Annotated[Path, typer.Argument(help="What `samverkan backup` made.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Put a copy into the data directory, which must hold nothing yet."""
    target, files = chosen().data_dir, sorted(directory.glob("*.db"))
    if not files:
        raise Leave(WRONG, f"{directory} holds no backup")
    with held(target):
        if any(target.glob("*.db")):
            raise Leave(
                WRONG, f"{target} is in use; move it away, or set SAMVERKAN_DATA_DIR to a new directory"
            )
        for file in files:
            with closing(connect(file, read_only=True)) as db:
                (found,) = db.execute("PRAGMA integrity_check").fetchone()
            if found != "ok":
                raise Leave(FAILED, f"{file} is damaged: {found}")
        for file in files:
            (target / file.name).touch(mode=0o600)
            shutil.copyfile(file, target / file.name)
        _copy_kept(directory, target)
    say(
        f"{len(files)} files are restored to {target}",
        as_json=as_json,
        files=len(files),
        directory=str(target),
    )


def _snapshots(files: Sequence[Path], stack: ExitStack) -> list[sqlite3.Connection]:
    """A reader of each file, all at one moment: nobody writes while they begin."""
    with ExitStack() as stopped:
        for file in files:
            stopped.enter_context(closing(connect(file))).execute("BEGIN IMMEDIATE")
        readers = [stack.enter_context(closing(connect(file, read_only=True))) for file in files]
        for reader in readers:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return readers


def _copy_kept(source: Path, target: Path) -> None:
    for name in KEPT:
        if (source / name).exists():
            shutil.copy2(source / name, target / name)


async def _chains(house: House) -> AsyncIterator[Finding]:
    for name, desk in house.desks.items():
        async for found in desk.store.verify():
            where = f"{found.stream}@{found.version}"
            yield {"broken": "chain", "where": where, "what": f"{name}, position {found.position}"}


async def _view(house: House, projection: Projection) -> AsyncIterator[Finding]:
    for table in await _anew(house, projection, quiet=True, swap=False):
        if table.different:
            what = f"{table.different} of {table.live} rows differ from a fresh fold"
            yield {"broken": "view", "where": f"{projection.name}: {table.table}", "what": what}


async def _anew(
    house: House, projection: Projection, *, quiet: bool, swap: bool = True
) -> Sequence[Compared]:
    with progress(quiet=quiet) as bar:
        task = bar.add_task(projection.name, total=None)
        try:
            return await house.rebuild(
                projection.name,
                lambda done, total: bar.update(task, completed=done, total=total),
                swap=swap,
            )
        except Unavailable as error:
            raise Leave(FAILED, f"{projection.name} is too busy; try again when less is going on") from error


def _projections(house: House) -> list[Projection]:
    return [one for desk in house.desks.values() for one in desk.service.projections]


def _row(projection: Projection, table: Compared) -> Finding:
    counts = {"before": table.live, "after": table.rebuilt, "different": table.different}
    return {"view": projection.name, "table": table.table, **counts}
