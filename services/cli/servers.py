"""The servers that the settings name: looked at before anything is opened, so that a mistake is one sentence."""

import psycopg
from pydantic import SecretStr

from services.cli.ground import UNREACHABLE, WRONG, Leave
from shared.accidents import Unavailable
from shared.runtime.servers import Servers, in_kurrentdb, in_postgres
from shared.settings import PREFIX, Settings

POSTGRES = "postgresql://user:password@host/database"
KURRENTDB = "kurrentdb://user:password@host:2113"
MISTAKES = ("authentication failed", "does not exist", "invalid", "missing")
"""In the words of PostgreSQL's client: what will not pass by waiting."""


def servers_of(settings: Settings) -> Servers:
    """Store and tables on their servers. Leave with 2 for a wrong setting, with 3 for a server that does not answer."""
    apart = settings.store == "kurrentdb"  # tables are in PostgreSQL, wherever facts are
    url = _named("store_url", settings.store_url, KURRENTDB if apart else POSTGRES)
    tables = settings.read_db_url if apart or settings.read_db_url.get_secret_value() else settings.store_url
    read_db_url = _named("read_db_url", tables, POSTGRES)
    if apart:
        _check_kurrentdb("store_url", url)
    else:
        _check_postgres("store_url", url)
    _check_postgres("read_db_url", read_db_url)
    return Servers(in_kurrentdb(url) if apart else in_postgres(url), read_db_url)


def _named(name: str, secret: SecretStr, example: str) -> str:
    url = secret.get_secret_value()
    if not url:
        raise Leave(WRONG, f"{_variable(name)} is not set; name the server as {example}")
    return url


def _check_postgres(name: str, url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.ProgrammingError as error:
        raise Leave(
            WRONG, f"{_variable(name)} is no address of a PostgreSQL; write postgresql://…"
        ) from error
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[-1].rpartition("FATAL:")[2].strip()
        wrong = any(word in said for word in MISTAKES)
        raise Leave(WRONG if wrong else UNREACHABLE, f"{_variable(name)}: {said}") from error


def _check_kurrentdb(name: str, url: str) -> None:
    from shared.store.kurrent_server import WrongServer, check

    try:
        check(url)
    except WrongServer as error:
        raise Leave(WRONG, f"{_variable(name)}: {error}") from error
    except Unavailable as error:
        raise Leave(UNREACHABLE, f"{_variable(name)}: {error}") from error


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"
