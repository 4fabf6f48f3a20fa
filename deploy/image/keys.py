"""The first container of all: draw what must be secret, once, into a folder that all others read.

So there is no password in any file of ours, and none to think of before the first start.
"""

import secrets
import sys
from pathlib import Path

from services.cli.ground import UNREACHABLE, WRONG, Leave, chosen, write_private

IN_KURRENTDB = "kurrentdb://kurrentdb:2113?tls=false"
"""No password: the server is reached through the containers' own network only."""


def main() -> None:
    """Draw them for the settings of this process."""
    settings = chosen()
    if settings.secrets_dir is None:
        raise Leave(WRONG, "SAMVERKAN_SECRETS_DIR is not set; name the folder that all containers share")
    try:
        draw(settings.secrets_dir, settings.store)
    except OSError as error:
        why = f"{error.filename} cannot be written ({error.strerror})"
        raise Leave(UNREACHABLE, f"SAMVERKAN_SECRETS_DIR: {why}") from error


def draw(folder: Path, store: str) -> None:
    """Make what is missing in this folder. Raises Leave where another store was chosen at the first start.

    Facts do not follow from one store to another, and tables that have heard of the one would wait for the other.
    """
    password = _drawn(folder / "postgres_password")
    _drawn(folder / "samverkan_secret_key")
    tables = f"postgresql://samverkan:{password}@postgres/samverkan"
    _same(folder / "samverkan_read_db_url", tables)
    _same(folder / "samverkan_store_url", IN_KURRENTDB if store == "kurrentdb" else tables)


def _drawn(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text()


def _same(path: Path, text: str) -> None:
    if not path.exists():
        write_private(path, text)
    elif path.read_text() != text:
        begin_anew = "choose that one again, or begin anew after `docker compose down --volumes`"
        raise Leave(WRONG, f"SAMVERKAN_STORE: this system began with another store; {begin_anew}")


if __name__ == "__main__":
    try:
        main()
    except Leave as leave:
        sys.stderr.write(f"samverkan: {leave}\n")
        sys.exit(leave.code)
