"""What the event store and the read models share where both are in PostgreSQL."""

from typing import Any

from psycopg import AsyncConnection, sql
from psycopg.rows import scalar_row

from shared.forward import VERSIONS, Schema


async def go_forward(connection: AsyncConnection[Any], place: str, schema: Schema) -> None:
    """Bring the schema `place` forward, made if there is none; one process at a time. Raises NewerSchema."""
    async with connection.transaction():
        await hold(connection, place)
        await connection.execute(VERSIONS)
        found = await connection.cursor(row_factory=scalar_row).execute(schema.reached)
        for statement in schema.ahead_of(await found.fetchone() or 0):
            await connection.execute(statement)


async def hold(connection: AsyncConnection[Any], place: str) -> None:
    """Hold the schema `place` alone to the end of this transaction, and make it if there is none."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (place,))
    await connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(place)))
