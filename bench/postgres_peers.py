"""Four ways to append in PostgreSQL without this product, each as a prepared statement that pgbench repeats.

They keep the same bytes in the same columns under the same two unique indexes. `unsafe insert` draws its position
from a sequence and asks for nothing; the others are what people do so that readers miss nothing. The shape of
message-db is written anew here: one function per message that locks the category, asks for the stream's version
and inserts. None of them keeps a hash chain.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.material import revisions
from bench.measure import Sample
from deploy.cluster.servers import postgres_programs

CONNECTIONS, THREADS = 16, 2
SCHEMA = "peers"
COLUMNS = "stream, version, id, type, schema, data, meta, command_id"
TABLE = """
CREATE TABLE {schema}.{name} (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream TEXT NOT NULL, version BIGINT NOT NULL,
    id UUID NOT NULL UNIQUE, type TEXT NOT NULL, schema INTEGER NOT NULL,
    data BYTEA NOT NULL, meta BYTEA NOT NULL, command_id UUID NOT NULL, UNIQUE (stream, version)
);
"""
APPEND = """
CREATE FUNCTION {schema}.append(
    stream_ TEXT, expected BIGINT, id_ UUID, type_ TEXT, data_ BYTEA, meta_ BYTEA, command_ UUID
) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    last BIGINT;
    drawn BIGINT;
BEGIN
    PERFORM pg_advisory_xact_lock(4711);
    SELECT version INTO last FROM {schema}.function_lock
        WHERE stream = stream_ ORDER BY version DESC LIMIT 1;
    IF coalesce(last, -1) <> expected THEN
        RAISE EXCEPTION '% is at %', stream_, last;
    END IF;
    INSERT INTO {schema}.function_lock ({columns})
        VALUES (stream_, expected + 1, id_, type_, 1, data_, meta_, command_) RETURNING position INTO drawn;
    RETURN drawn;
END $$;
"""
WRITE_MESSAGE = """
CREATE FUNCTION {schema}.category_of(stream_ TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN split_part(stream_, '-', 1);
END $$;
CREATE FUNCTION {schema}.last_of(stream_ TEXT) RETURNS BIGINT LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT max(version) FROM {schema}.message_db WHERE stream = stream_);
END $$;
CREATE FUNCTION {schema}.write_one(
    id_ TEXT, stream_ TEXT, type_ TEXT, data_ BYTEA, meta_ BYTEA, expected BIGINT DEFAULT NULL
) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    last BIGINT;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended({schema}.category_of(stream_), 0));
    last := coalesce({schema}.last_of(stream_), -1);
    IF expected IS NOT NULL AND expected <> last THEN
        RAISE EXCEPTION 'wrong version: % is at %', stream_, last;
    END IF;
    INSERT INTO {schema}.message_db ({columns})
        VALUES (stream_, last + 1, id_::uuid, type_, 1, data_, meta_, id_::uuid);
    RETURN last + 1;
END $$;
"""
STREAM = "'entity-' || :salt || '-' || :client_id"
INSERT = f"""
INSERT INTO {SCHEMA}.{{name}} ({COLUMNS})
VALUES ({STREAM}, :v, gen_random_uuid(), 'EntityDetailsRevised', 1, :data, :meta, gen_random_uuid());
"""
NEXT = "\\set v :v + 1\n"
SCRIPTS: Mapping[str, str] = {
    "unsafe_insert": NEXT + INSERT.format(name="unsafe_insert"),
    "function_lock": NEXT
    + f"SELECT {SCHEMA}.append({STREAM}, :v - 1, gen_random_uuid(), 'EntityDetailsRevised', :data, :meta, "
    "gen_random_uuid());\n",
    "table_lock": f"BEGIN;\nLOCK TABLE {SCHEMA}.table_lock IN EXCLUSIVE MODE;\n{NEXT}"
    + INSERT.format(name="table_lock")
    + "COMMIT;\n",
    "message_db": NEXT
    + f"SELECT {SCHEMA}.write_one(gen_random_uuid()::text, {STREAM}, 'EntityDetailsRevised', :data, :meta, :v - 1);\n",
}


def statements() -> list[str]:
    """What makes the schema of the peers."""
    names = {"schema": SCHEMA, "columns": COLUMNS}
    tables = [TABLE.format(name=name, **names) for name in SCRIPTS]
    return [f"CREATE SCHEMA {SCHEMA}", *tables, APPEND.format(**names), WRITE_MESSAGE.format(**names)]


def appended(url: str, name: str, each: int, folder: Path, salt: object) -> Sample:
    """16 connections of pgbench, each appending `each` events to a stream of its own, one per transaction."""
    script, prefix = folder / f"{name}.sql", folder / f"{name}-{salt}"
    script.write_text(SCRIPTS[name], encoding="utf-8")
    programs = postgres_programs()
    assert programs is not None
    (_, _, fact), *_ = revisions(1, salt)
    values = {"v": -1, "salt": salt, "data": fact.data.decode(), "meta": fact.meta.decode()}
    given = [argument for key, value in values.items() for argument in ("-D", f"{key}={value}")]
    command = [str(programs / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", str(THREADS)]
    command += ["-t", str(each), "-f", str(script), "-l", f"--log-prefix={prefix}", *given, url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pgbench, {name}: {done.stderr[-500:]}")
    logs = sorted(folder.glob(f"{name}-{salt}.*"))
    lines = [line.split() for log in logs for line in log.read_text().splitlines()]
    for log in logs:
        log.unlink()
    if len(lines) != CONNECTIONS * each:
        raise RuntimeError(f"pgbench, {name}: {len(lines)} appends were logged")
    return _sample(lines)


def _sample(lines: Sequence[Sequence[str]]) -> Sample:
    """From pgbench's log: client, number, microseconds, script, second and microsecond of the end."""
    waits = [int(line[2]) / 1e6 for line in lines]
    ends = [int(line[4]) + int(line[5]) / 1e6 for line in lines]
    began = min(end - wait for end, wait in zip(ends, waits, strict=True))
    return Sample(len(lines), max(ends) - began, waits)
