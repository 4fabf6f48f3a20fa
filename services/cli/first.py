"""The first start: demonstration data once, accounts with passwords of their own, and what to try."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from services.cli.ground import FAILED, STATE_FILE, Leave, console, write_private
from services.demo import data, offers
from services.demo.api import Door, Unexpected
from services.demo.people import RECIPIENTS, passwords
from services.gateway.accounts import add_account

COMMAND = f"{sys.executable} -m services.cli"
INVITED = ("SE-M", "SE-I", "SE-BD", "SE-W")
SHOWN = ("admin", "bo", "rut", "skane", "gotland", "norrbotten", "dalarna")


@dataclass(frozen=True, slots=True)
class Begun:
    """What a demonstration remembers of its first start. `package_id` is there once all is loaded."""

    began: str
    accounts: Mapping[str, str]
    recipients: int = RECIPIENTS
    package_id: str = ""

    @property
    def loaded(self) -> bool:
        """True once everything is there; until then loading is repeated, which changes nothing twice."""
        return bool(self.package_id)


def begin(directory: Path, *, empty: bool, recipients: int) -> Begun | None:
    """What was begun here; a new beginning in a new directory; None where there is no demonstration."""
    if found := remembered(directory):
        return found
    if empty or (directory / "catalog.events.db").exists():
        return None
    began = Begun(datetime.now(UTC).isoformat(), passwords([part.login for part in data.parts()]), recipients)
    write_private(directory / STATE_FILE, json.dumps(asdict(began)))
    return began


def remembered(directory: Path) -> Begun | None:
    """The demonstration of this directory, if it has one."""
    path = directory / STATE_FILE
    return Begun(**json.loads(path.read_text())) if path.exists() else None


async def load(door: Door, directory: Path, begun: Begun) -> Begun:
    """Load everything over HTTP, let everybody sign in, and remember that it is done."""
    print("Loading the demonstration: counties, shops, people, recipients …", flush=True)  # noqa: T201
    gateway = door.house.desks["gateway"]
    try:
        cast = await data.load(door, begun.recipients)
        users = ((login, password, cast.users[login].actor.id) for login, password in begun.accounts.items())
        await asyncio.gather(*(add_account(gateway, *user) for user in users))
        kind, start = offers.KINDS["by_campaign"], datetime.fromisoformat(begun.began)
        package_id = await data.offer(cast, kind, INVITED, start)
    except Unexpected as error:
        raise Leave(FAILED, f"the demonstration could not be loaded: {error}") from error
    done = replace(begun, package_id=package_id)
    write_private(directory / STATE_FILE, json.dumps(asdict(done)))
    return done


def greet(address: str, admin: str, begun: Begun | None, *, mailbox: bool) -> None:
    """Where it is, who may sign in, and three things to try. No mailbox where mails go to a server."""
    lines = [
        "",
        f"Samverkan is ready at {address}",
        f"  pages, to sign in to     {address}/sign-in",
        f"  every call, to try out   {address}/docs",
        *([f"  every mail that was sent {address}/mailbox"] if mailbox else []),
        f"  for operators            {admin}/metrics",
        "",
    ]
    if begun is None:
        lines.append("Nobody can sign in before `samverkan user add` has added somebody.")
    else:
        lines += [*_accounts(begun.accounts), "", *_to_try(address, begun)]
    out = console()
    for line in (*lines, "", "Ctrl-C stops it; started again it goes on from what was stored."):
        out.print(line, soft_wrap=True, markup=False, highlight=False)
    sys.stdout.flush()


def _accounts(accounts: Mapping[str, str]) -> list[str]:
    work = {"admin": "administrator", "bo": "head office", "rut": "head office, reviewer"}
    rows = [f"  {login:<12} {accounts[login]:<14} {work.get(login, 'local, its county')}" for login in SHOWN]
    others = len(accounts) - len(SHOWN)
    return [
        "Accounts (login, password):",
        *rows,
        f"  … and {others} more, one for each county, in {STATE_FILE}",
    ]


def _to_try(address: str, begun: Begun) -> list[str]:
    api, order = f"{address}/api/v1", json.dumps(ORDER, ensure_ascii=False)
    token = f"curl -s -d 'username=skane&password={begun.accounts['skane']}' {api}/token"
    signed = 'curl -s -H "Authorization: Bearer $TOKEN"'
    headers = "-H 'Content-Type: application/json' -H 'Idempotency-Key: my-first-order'"
    return [
        "Three things to try:",
        "  1. Sign in as Skåne and see what head office offers:",
        f"""     TOKEN=$({token} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')""",
        f"     {signed} {api}/packages",
        "  2. Open an order on it, with parameters of your own:",
        f"     {signed} {headers} -d '{order}' {api}/packages/{begun.package_id}/orders",
        "  3. Let three weeks pass, then look into the mailbox:",
        f"     {COMMAND} demo clock +3w; curl -s {address}/mailbox",
    ]


ORDER = {
    "label": "Våren i Skåne",
    "values": {
        "contact_date": "2027-04-01",
        "age_segment": "18-29",
        "greeting": "Hej från Skåne!",
        "quantity": 300,
    },
}
