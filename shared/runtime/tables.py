"""The engine's own tables in every service's database, and what more than one room says about them."""

from shared.forward import Schema

FIRST = (
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
MIRRORED = (
    "ALTER TABLE parked ADD COLUMN since TEXT",
    """
    CREATE TABLE unmirrored (
        consumer TEXT NOT NULL, stream TEXT NOT NULL, version BIGINT NOT NULL, source TEXT NOT NULL,
        position BIGINT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, schema BIGINT NOT NULL,
        data BYTEA NOT NULL, meta BYTEA NOT NULL, command_id TEXT NOT NULL,
        reason TEXT NOT NULL, cause TEXT NOT NULL, error TEXT, attempts BIGINT NOT NULL, since TEXT NOT NULL,
        PRIMARY KEY (consumer, stream, version)
    )
    """,
)
ENGINE = Schema("the engine", steps=(FIRST, MIRRORED))

ADVANCE = """
INSERT INTO progress (consumer, stream, version) VALUES (:consumer, :stream, :version)
ON CONFLICT (consumer, stream) DO UPDATE SET version = :version WHERE progress.version < :version
"""
PROGRESS = "SELECT version FROM progress WHERE consumer = :consumer AND stream = :stream"
BEGIN = """
INSERT INTO checkpoints (consumer, source, position) VALUES (:consumer, :source, 0)
ON CONFLICT (consumer, source) DO NOTHING
"""
MOVE = """
UPDATE checkpoints SET position = :new WHERE consumer = :consumer AND source = :source AND position = :old
"""
CHECKPOINTS = "SELECT source, position FROM checkpoints WHERE consumer = :consumer"
