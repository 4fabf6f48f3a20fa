"""The same rebuild where read models live on a server: a schema beside, compared and swapped in one transaction."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from itertools import groupby
from operator import itemgetter

import psycopg
from psycopg import Connection, sql
from psycopg.rows import DictRow

from shared.accidents import Unavailable
from shared.database.postgres import LOCK, PostgresDatabase, translated
from shared.kernel.projection import Projection, Statement
from shared.runtime.prepare import table_names
from shared.runtime.rebuild import Compared, Fold, History, Progress, Unfit
from shared.runtime.tables import CHECKPOINTS

COMPARE = """
SELECT (SELECT count(*) FROM {live}) AS live, (SELECT count(*) FROM {new}) AS rebuilt,
       (SELECT count(*) FROM ((TABLE {live} EXCEPT TABLE {new}) UNION ALL (TABLE {new} EXCEPT TABLE {live})) AS d)
           AS different
"""


async def rebuild_there(
    projection: Projection,
    history: History,
    db: PostgresDatabase,
    *,
    progress: Progress = lambda _done, _total: None,
    swap: bool = True,
    consumer: str | None = None,
) -> Sequence[Compared]:
    """Fold the whole history into a schema beside the live one, compare, swap.

    Everything that rebuild() promises. The consumer goes on until the fold has caught up; it waits while what
    it has done meanwhile is folded, compared and put in place. Raises Unavailable and Unfit.
    """
    if not projection.tables:
        return []
    shadow = f"{db.schema}_shadow_{projection.name.split('.')[-1]}"
    try:
        with closing(db.connect(shadow)) as beside, closing(db.connect(db.schema)) as live:
            _begin(beside, shadow, projection)
            fold = Fold(projection, consumer or projection.name, partial(_write, beside), progress)
            await _follow(fold, live, history)
            with live.transaction():
                live.execute(LOCK)  # from here on the consumer waits
                await _follow(fold, live, history)
                compared = [_compare(live, table, shadow, swap=swap) for table in table_names(projection)]
                if swap:
                    _run_all(live, fold.marks(keep_parked=consumer is not None))
            beside.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(shadow)))
            return compared
    except psycopg.OperationalError as error:
        raise Unavailable(type(error).__name__) from error


async def _follow(fold: Fold, live: Connection[DictRow], history: History) -> None:
    for row in live.execute(translated(CHECKPOINTS), {"consumer": fold.consumer}).fetchall():
        source, until = row["source"], row["position"]
        async for events in history(source, fold.reached.get(source, 0), until):
            fold.take(source, events, until)


def _begin(beside: Connection[DictRow], shadow: str, projection: Projection) -> None:
    beside.execute(
        "SELECT pg_advisory_lock(hashtextextended(%s, 0))", (shadow,)
    )  # one rebuild of it at a time
    for step in ("DROP SCHEMA IF EXISTS {} CASCADE", "CREATE SCHEMA {}"):
        beside.execute(sql.SQL(step).format(sql.Identifier(shadow)))
    _run_all(beside, [(table, {}) for table in projection.tables])


def _write(beside: Connection[DictRow], statements: Sequence[Statement]) -> None:
    try:
        with beside.transaction():
            _run_all(beside, statements)
    except psycopg.errors.UndefinedTable as error:
        raise Unfit(str(error).splitlines()[0]) from error
    except psycopg.OperationalError as error:
        raise Unavailable(type(error).__name__) from error


def _run_all(connection: Connection[DictRow], statements: Sequence[Statement]) -> None:
    for text, same in groupby(statements, key=itemgetter(0)):
        connection.cursor().executemany(translated(text), [dict(params) for _, params in same])


def _compare(live: Connection[DictRow], table: str, shadow: str, *, swap: bool) -> Compared:
    names = {"live": sql.Identifier(table), "new": sql.Identifier(shadow, table)}
    found = live.execute(sql.SQL(COMPARE).format(**names)).fetchone()
    if found is None:
        raise LookupError(table)
    if swap:
        live.execute(sql.SQL("DELETE FROM {live}").format(**names))
        live.execute(sql.SQL("INSERT INTO {live} TABLE {new}").format(**names))
    return Compared(table, found["live"], found["rebuilt"], found["different"])
