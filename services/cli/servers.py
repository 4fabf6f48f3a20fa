"""The servers that the settings name: looked at before anything is opened, so that a mistake is one sentence."""

import psycopg
from pydantic import SecretStr

from services.cli.ground import UNREACHABLE, WRONG, Leave
from shared.runtime.servers import Servers, in_postgres
from shared.settings import Settings

MISTAKES = ("authentication failed", "does not exist", "invalid", "missing")
"""In the words of PostgreSQL's client: what will not pass by waiting."""


def servers_of(settings: Settings) -> Servers:
    """Store and tables on their servers. Leave with 2 for a wrong setting, with 3 for a server that does not answer."""
    read_db_url = settings.read_db_url
    if settings.store == "postgres":
        read_db_url = read_db_url if read_db_url.get_secret_value() else settings.store_url
    url = _checked("store_url", settings.store_url)
    return Servers(in_postgres(url), _checked("read_db_url", read_db_url))


def _checked(name: str, secret: SecretStr) -> str:
    setting, url = f"SAMVERKAN_{name.upper()}", secret.get_secret_value()
    if not url:
        raise Leave(
            WRONG, f"{setting} is not set; name the server as postgresql://user:password@host/database"
        )
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.ProgrammingError as error:
        raise Leave(WRONG, f"{setting} is no address of a PostgreSQL; write postgresql://…") from error
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[-1].rpartition("FATAL:")[2].strip()
        wrong = any(word in said for word in MISTAKES)
        raise Leave(WRONG if wrong else UNREACHABLE, f"{setting}: {said}") from error
    return url
