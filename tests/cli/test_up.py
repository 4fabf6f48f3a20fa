"""`samverkan up` as people start it: a process, a port, signals, and the same directory again."""

import asyncio
import json
import re
import signal
import socket
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from services.cli.ground import Leave
from services.cli.mail import check_mail
from tests.cli.conftest import Here
from tests.cli.running import Up, command, items, started, up

pytestmark = pytest.mark.process
SOME = 40
FEW = ("--recipients", "200")
ORDER = {"contact_date": "2027-04-01", "age_segment": "18-29", "greeting": "Hej!", "quantity": 100}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new one, for all tests that look at one running product."""
    return tmp_path_factory.mktemp("up")


@pytest.fixture(scope="module")
def running(directory: Path) -> Iterator[Up]:
    """The whole demonstration, as people get it."""
    with up(directory) as found:
        yield found


def test_it_prints_address_accounts_and_three_things_to_try_and_serves_its_pages(running: Up) -> None:
    said = "\n".join(running.lines)
    assert re.search(r"^  skane +\S{8,}", said, re.MULTILINE)
    assert "Three things to try" in said
    for page in ("/docs", "/mailbox", "/livez"):
        assert httpx2.get(running.address + page).status_code == 200, page


def test_a_fresh_directory_has_the_demonstration_and_what_is_printed_to_try_works(running: Up) -> None:
    with running.client("bo") as bo:
        entities = items(bo, "/entities")
        assert len([one for one in entities if one["origin"].startswith("SE-")]) == 21 + 109
        assert [one["status"] for one in items(bo, "/packages")] == ["published"]
    tries = [line for line in running.lines if line.strip().startswith(("TOKEN=", "curl"))]
    script = "\n".join(line.split("; curl", maxsplit=1)[0] for line in tries)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert "Våren – egen kampanj per län" in done.stdout
    assert '"status":"draft"' in done.stdout.replace(" ", "")


def test_secrets_are_files_that_only_their_owner_reads(running: Up) -> None:
    for name in ("secret-key", "demonstration.json"):
        assert stat.S_IMODE((running.directory / name).stat().st_mode) == 0o600


@pytest.mark.row("M08")
def test_a_second_up_on_the_same_directory_is_refused_with_one_sentence(running: Up) -> None:
    second = command(running.directory, "up")
    assert second.returncode == 2
    assert one_sentence(second.stderr, "in use by a running `samverkan up`")


def test_a_taken_port_is_named(running: Up, tmp_path: Path) -> None:
    port = running.address.rsplit(":", 1)[1]
    second = command(tmp_path, "up", SAMVERKAN_HTTP_PORT=port)
    assert second.returncode == 3
    assert one_sentence(second.stderr, f"port {port}")


@pytest.mark.row("M08")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SAMVERKAN_HTTP_PROT", "1", "did you mean SAMVERKAN_HTTP_PORT?"),
        ("SAMVERKAN_HTTP_PORT", "many", "SAMVERKAN_HTTP_PORT"),
        ("SAMVERKAN_HTTP_PORT", "70000", "SAMVERKAN_HTTP_PORT"),
        ("SAMVERKAN_LANGUAGE", "da", "SAMVERKAN_LANGUAGE"),
        ("SAMVERKAN_TIME_ZONE", "Mars/Base", "SAMVERKAN_TIME_ZONE"),
        ("SAMVERKAN_SECRET_KEY", "short", "SAMVERKAN_SECRET_KEY"),
        ("SAMVERKAN_SMTP_URL", "nonsense", "SAMVERKAN_SMTP_URL"),
        ("SAMVERKAN_DATA_DIR", "/dev/null/here", "SAMVERKAN_DATA_DIR"),
    ],
)
def test_a_wrong_setting_ends_it_at_once_with_its_name(
    tmp_path: Path, here: Here, name: str, value: str, said: str
) -> None:
    code, _, errors = here(tmp_path, "up", **{name: value})
    assert code == 2
    assert one_sentence(errors, said)


def test_a_mail_server_that_cannot_be_reached_is_exit_3(tmp_path: Path, here: Here) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and never listening: nobody answers there
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        code, _, errors = here(tmp_path, "up", SAMVERKAN_SMTP_URL=url)
    assert code == 3
    assert one_sentence(errors, "SAMVERKAN_SMTP_URL")


@pytest.mark.row("M07")
def test_sigterm_under_load_answers_what_is_asked_loses_nothing_and_exits_with_0(tmp_path: Path) -> None:
    told, kept = Event(), list[str]()

    def register(client: httpx2.Client) -> None:
        while True:
            try:
                body = {"label": f"Butik {uuid4()}"}
                answer = client.post("/entities", json=body, headers={"Idempotency-Key": str(uuid4())})
            except httpx2.TransportError:
                return  # the door is closed
            assert answer.status_code == 201, answer.text
            kept.append(answer.json()["entity_id"])
            told.set()

    with up(tmp_path, *FEW, SAMVERKAN_REQUESTS_PER_MINUTE="1000000") as first, first.client("bo") as bo:
        with ThreadPoolExecutor(8) as pool:
            work = [pool.submit(register, bo) for _ in range(8)]
            assert told.wait(30)
            code, errors = first.stop(signal.SIGTERM)
        for one in work:
            one.result()
        assert (code, errors) == (0, "")
    with up(tmp_path) as again, again.client("bo") as bo:
        assert set(kept) <= {one["entity_id"] for one in items(bo, "/entities")}
        assert again.stop(signal.SIGINT) == (0, "")


@pytest.mark.row("M08")
async def test_a_mail_server_that_refuses_the_password_is_exit_2_and_the_password_is_not_said() -> None:
    refusing = partial(
        SMTP,
        object(),
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
        hostname="mail.example.test",
    )
    server = await asyncio.get_running_loop().create_server(refusing, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Leave, match="refuses this user or password") as left:
            await check_mail(f"smtp://somebody:wrong-password@127.0.0.1:{port}")
    assert left.value.code == 2
    assert "wrong-password" not in str(left.value)


def test_a_job_that_dies_takes_the_server_with_it_and_says_why(tmp_path: Path) -> None:
    with up(tmp_path, *FEW) as running, running.client("bo") as bo:
        with closing(sqlite3.connect(tmp_path / "catalog.views.db", timeout=10)) as db, db:
            db.execute(
                "UPDATE checkpoints SET position = position + 1 WHERE consumer = 'catalog.entity_list'"
            )
        bo.post("/entities", json={"label": "Butik"}, headers={"Idempotency-Key": "one-more"})
        _, errors = running.process.communicate(timeout=30)
    assert running.process.returncode == 1
    assert "a job of the house died" in errors
    assert "StaleOwner" in errors


def test_killed_in_the_middle_it_goes_on_from_what_was_stored_and_ends_right(tmp_path: Path) -> None:
    _killed_while_loading(tmp_path)
    with up(tmp_path) as first:
        before = _counts(first)
        assert before == (1 + 21 + 109, 24, 1)
        with first.client("skane") as skane:
            order_id = _ordered(skane)
        with first.client("bo") as bo:
            approved = _post(bo, f"/orders/{order_id}/approve", {"comment": "Välkomna"})
            assert approved.status_code in {200, 202}, approved.text
        first.process.kill()
        first.process.communicate()
    with up(tmp_path) as again:
        assert _counts(again) == before
        moved = command(tmp_path, "demo", "clock", "+3w1d", "--json")
        assert moved.returncode == 0, moved.stderr
        with again.client("bo") as bo:
            order = bo.get(f"/orders/{order_id}").json()
            assert order["status"] == "available"
            parent = bo.get(f"/packages/{order['package_id']}").json()["reference_id"]
            children = items(bo, f"/campaigns/{parent}/children")
        assert [child["order_id"] for child in children] == [order_id]
        assert again.stop() == (0, "")
    checked = command(tmp_path, "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_told_to_stop_while_it_loads_it_stops_and_loads_the_rest_next_time(tmp_path: Path) -> None:
    loading = started(tmp_path, *FEW)
    with loading.process:
        _wait_for_some(loading, tmp_path / "catalog.events.db")
        assert loading.stop() == (0, "")
    with up(tmp_path) as again, again.client("admin") as admin:
        assert _counts(again) == (1 + 21 + 109, 24, 1)
        assert len(items(admin, "/recipients")) == 200


def test_the_clock_of_a_running_demonstration_moves_and_what_was_due_has_happened(running: Up) -> None:
    code_of = partial(command, running.directory, "demo", "clock")
    assert [code_of(wrong).returncode for wrong in ("3 days", "-3d", "+")] == [2, 2, 2]
    moved = code_of("+16d")
    assert (moved.returncode, moved.stderr) == (0, "")
    with running.client("bo") as bo:
        (package,) = items(bo, "/packages")
        journal = bo.get(f"/packages/{package['package_id']}/journal").json()["entries"]
    assert "RegistrationClosed" in {entry["what"] for entry in journal}


def test_the_clock_of_a_directory_without_demonstration_cannot_be_moved(tmp_path: Path, here: Here) -> None:
    code, _, errors = here(tmp_path, "demo", "clock", "+3d")
    assert code == 2
    assert one_sentence(errors, "no demonstration data")


def one_sentence(errors: str, said: str) -> bool:
    """True if one line was written, and it says this."""
    assert said in errors, errors
    assert len(errors.strip().splitlines()) == 1, errors
    return True


def _counts(running: Up) -> tuple[int, int, int]:
    with running.client("bo") as bo, running.client("admin") as admin:
        return len(items(bo, "/entities")), len(items(admin, "/people")), len(items(bo, "/packages"))


def _post(client: httpx2.Client, path: str, body: Any = None) -> httpx2.Response:
    return client.post(path, json=body or {}, headers={"Idempotency-Key": str(uuid4())})


def _ordered(client: httpx2.Client) -> str:
    (package,) = items(client, "/packages")
    drafted = _post(client, f"/packages/{package['package_id']}/orders", {"label": "Vår", "values": ORDER})
    assert drafted.status_code == 201, drafted.text
    placed = _post(client, f"/orders/{drafted.json()['order_id']}/place")
    assert placed.status_code in {200, 202}, placed.text
    return str(drafted.json()["order_id"])


def _killed_while_loading(directory: Path) -> None:
    """A first start that dies with some of the demonstration stored, and not all."""
    dying = started(directory, *FEW)
    with dying.process as process:
        store = directory / "catalog.events.db"
        _wait_for_some(dying, store)
        process.kill()
        process.communicate()
    assert _stored(store) >= SOME
    assert json.loads((directory / "demonstration.json").read_text())["package_id"] == ""


def _wait_for_some(starting: Up, store: Path) -> None:
    """Return once the demonstration is being loaded."""
    while _stored(store) < SOME:
        assert starting.process.poll() is None, starting.process.communicate()


def _stored(store: Path) -> int:
    if not store.exists():
        return 0
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)) as db:
        try:
            (count,) = db.execute("SELECT count(*) FROM events").fetchone()
        except sqlite3.OperationalError:  # the table is not there yet
            return 0
    return int(count)
