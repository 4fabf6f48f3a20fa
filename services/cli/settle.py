"""Commands about the installation: people, settings, and whether all is well."""

import asyncio
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from services.catalog.deciders.person import ActivatePerson
from services.catalog.projections import entity_list, people
from services.cli.ground import (
    FAILED,
    WRONG,
    AsJson,
    Leave,
    chosen,
    clock_of,
    ground_of,
    is_held,
    opened,
    say,
    show,
)
from services.cli.mail import check_mail
from services.gateway.accounts import add_account
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId, PersonId, derive, fresh
from shared.kernel.message import Actor, Role
from shared.runtime.host import Desk
from shared.settings import PREFIX, Settings, secret_files

SPACE_WANTED = 500_000_000
OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
ROLES: tuple[Role, ...] = ("central", "local", "admin")
user = typer.Typer(no_args_is_help=True, help="People who sign in.")


@user.callback()
def users() -> None:
    """People who sign in."""


@user.command("add")
def add_user(
    login: str,
    *,
    name: Annotated[str, typer.Option(help="As it stands in mails.")],
    email: Annotated[str, typer.Option(help="Where mails go.")],
    role: Annotated[list[str], typer.Option(help="central, local or admin; may be given again.")],
    entity: Annotated[str, typer.Option(help="The entity's id, for local people.")] = "",
    language: Annotated[str, typer.Option(help="sv or en.")] = "sv",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from a line.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let somebody sign in. The password is read from a pipe, or made and shown once."""
    settings = chosen()
    password = sys.stdin.readline().strip() if password_stdin else ""
    made = password or secrets.token_urlsafe(12)

    async def run() -> PersonId:
        async with opened(settings) as house:
            catalog, gateway = house.desks["catalog"], house.desks["gateway"]
            person_id = await _activate(catalog, login, tuple(role), entity, language)
            address = {"person_id": str(person_id), "name": name, "email": email}
            await catalog.db.write(people.ADDRESS_SET, address)
            await add_account(gateway, login, made, person_id)
        return person_id

    person_id = asyncio.run(run())
    shown = {} if password else {"password": made}
    sentence = f"{login} can sign in" + ("" if password else f" with the password {made}")
    say(sentence, as_json=as_json, login=login, person_id=str(person_id), **shown)


def list_settings(*, as_json: AsJson = False) -> None:
    """Every setting with its value and where it comes from; secrets are masked."""
    settings = chosen()
    rows = [_setting(settings, name) for name in Settings.model_fields]
    show(rows, ("name", "value", "origin"), as_json=as_json)


def doctor(*, as_json: AsJson = False) -> None:
    """Data directory, disk, lock, store, clock, mail: what is well, and what to do where it is not."""
    settings = chosen()
    rows = [{"check": name, **_outcome(check, settings)} for name, check in CHECKS.items()]
    show(rows, ("well", "check", "found"), as_json=as_json)
    if broken := [row["check"] for row in rows if row["well"] == "no"]:
        raise Leave(FAILED, f"not well: {', '.join(broken)}")


async def _activate(
    catalog: Desk, login: str, roles: tuple[str, ...], entity: str, language: str
) -> PersonId:
    person_id = PersonId(derive("person", "login", login.strip().casefold()))
    known = await catalog.one(entity_list.ONE, {"entity_id": entity}) if entity else None
    if wrong := [role for role in roles if role not in ROLES]:
        raise Leave(WRONG, f"{wrong[0]} is no role; there are {', '.join(ROLES)}")
    if entity and known is None:
        raise Leave(WRONG, f"there is no entity {entity}")
    command = ActivatePerson.model_validate(
        {
            "id": fresh(),
            "at": catalog.now(),
            "by": Actor(id="command-line"),
            "person_id": person_id,
            "roles": tuple(sorted(set(roles))),
            "entity_id": EntityId(known["entity_id"]) if known else None,
            "entity_known": known is not None,
            "language": language,
        }
    )
    outcome = await catalog.execute(command)
    if isinstance(outcome, Refused):
        raise Leave(WRONG, f"refused: {outcome.code} ({outcome.field})")
    return person_id


def _setting(settings: Settings, name: str) -> dict[str, Any]:
    value, variable = getattr(settings, name), PREFIX + name.upper()
    if isinstance(value, SecretStr):
        value = "********" if value.get_secret_value() else ""
    if variable in os.environ:
        origin = "environment"
    else:
        files = secret_files(settings.secrets_dir) if settings.secrets_dir else {}
        origin = f"file {files[variable]}" if variable in files else "default"
    return {"name": variable, "value": str("" if value is None else value), "origin": origin}


def _outcome(check: Callable[[Settings], str], settings: Settings) -> dict[str, str]:
    try:
        return {"well": "yes", "found": check(settings)}
    except Leave as error:
        return {"well": "no", "found": str(error)}
    except OSError as error:
        return {"well": "no", "found": str(error)}


def _directory(settings: Settings) -> str:
    where = next(_existing(settings.data_dir.absolute()))
    if not os.access(where, os.W_OK | os.X_OK):
        raise Leave(WRONG, f"{where} cannot be written; set SAMVERKAN_DATA_DIR or its rights")
    return f"{settings.data_dir} can be written"


def _space(settings: Settings) -> str:
    free = shutil.disk_usage(next(_existing(settings.data_dir.absolute()))).free
    if free < SPACE_WANTED:
        raise Leave(
            FAILED, f"{free // 1_000_000} MB are free; make room, or set SAMVERKAN_DATA_DIR elsewhere"
        )
    return f"{free // 1_000_000} MB are free"


def _lock(settings: Settings) -> str:
    if not settings.data_dir.exists():
        return "nothing is stored yet"
    return (
        "`samverkan up` is running" if is_held(settings.data_dir) else "free: `samverkan up` is not running"
    )


def _store(settings: Settings) -> str:
    ground_of(settings)
    where = (
        "the data directory" if settings.store == "sqlite" else f"a {settings.store} server, which answers"
    )
    return f"facts are in {where}"


def _clock(settings: Settings) -> str:
    clock = clock_of(settings)
    wall = clock() - clock.offset
    if wall < OLDEST_CLOCK:
        raise Leave(FAILED, f"the clock says {wall:%Y-%m-%d}; set it, deadlines live by it")
    moved = f", the demonstration is {clock.offset} ahead" if clock.offset else ""
    return f"{wall.isoformat(timespec='seconds')}{moved}"


def _mail(settings: Settings) -> str:
    url = settings.smtp_url.get_secret_value()
    asyncio.run(check_mail(url))
    return "the mail server takes our mails" if url else "no mail server is set; mails stay in the mailbox"


def _existing(path: Path) -> Iterator[Path]:
    yield from (one for one in (path, *path.parents) if one.exists())


CHECKS: dict[str, Callable[[Settings], str]] = {
    "data directory": _directory,
    "disk": _space,
    "lock": _lock,
    "store": _store,
    "clock": _clock,
    "mail": _mail,
}
