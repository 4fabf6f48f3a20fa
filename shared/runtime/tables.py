"""The engine's own tables in every service's database."""

ENGINE_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS checkpoints (
        consumer TEXT NOT NULL, source TEXT NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (consumer, source)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS progress (
        consumer TEXT NOT NULL, stream TEXT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (consumer, stream)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS parked (
        consumer TEXT NOT NULL, stream TEXT NOT NULL, version BIGINT NOT NULL, source TEXT NOT NULL,
        position BIGINT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, schema BIGINT NOT NULL,
        data BYTEA NOT NULL, meta BYTEA NOT NULL, command_id TEXT NOT NULL,
        cause TEXT NOT NULL, attempts BIGINT NOT NULL, wanted TEXT,
        PRIMARY KEY (consumer, stream, version)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS timers (
        id TEXT PRIMARY KEY, due TEXT NOT NULL, command TEXT NOT NULL, body TEXT NOT NULL,
        causation TEXT, correlation TEXT
    )
    """,
    "CREATE INDEX IF NOT EXISTS timers_by_due ON timers (due, id)",
    """
    CREATE TABLE IF NOT EXISTS projections (
        name TEXT PRIMARY KEY, version BIGINT NOT NULL
    )
    """,
)
