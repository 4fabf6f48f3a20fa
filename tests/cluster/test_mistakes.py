"""A wrong setting ends a part of a service at once, with one sentence that names it and the way out."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster.processes import SERVICES
from deploy.cluster.servers import Kafka, Postgres, free_port, kafka, postgres, postgres_programs
from tests.cli.running import command
from tests.real_servers import absent

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("mistakes")]
WRONG, UNREACHABLE = 2, 3
PASSWORD, GUESSED = "the-right-word", "a-wrong-word"
URLS = ",".join(f"{name}=http://127.0.0.1:1" for name in SERVICES)


@pytest.fixture(scope="module")
def broker(jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A broker that has no topics yet."""
    with kafka(jars, tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL that asks for a password."""
    if postgres_programs() is None:
        absent("PostgreSQL")
    with postgres(Path(tempfile.mkdtemp(prefix="samverkan-postgres-")), PASSWORD) as running:
        yield running


@pytest.fixture
def right(broker: Kafka, server: Postgres) -> dict[str, str]:
    """Settings with nothing wrong in them."""
    return {
        "SAMVERKAN_STORE": "postgres",
        "SAMVERKAN_STORE_URL": server.url,
        "SAMVERKAN_TRANSPORT": "kafka",
        "SAMVERKAN_KAFKA_BROKERS": broker.brokers,
        "SAMVERKAN_SECRET_KEY": "of-more-than-thirty-two-characters",
        "SAMVERKAN_SERVICE_URLS": URLS,
    }


def ended(directory: Path, words: str, settings: dict[str, str]) -> tuple[int, str]:
    """Exit code and what was said, which is one sentence."""
    done = command(directory, *words.split(), **settings)
    said = done.stderr.splitlines()
    assert len(said) == 1, done.stderr
    assert GUESSED not in done.stdout + done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    return done.returncode, said[0].removeprefix("samverkan: ")


@pytest.mark.parametrize(
    ("words", "name", "value", "said"),
    [
        ("worker ordering", "STORE", "sqlite", "SAMVERKAN_STORE"),
        ("worker ordering", "TRANSPORT", "local", "SAMVERKAN_TRANSPORT is local"),
        ("relay catalog", "KAFKA_BROKERS", "", "SAMVERKAN_KAFKA_BROKERS is not set"),
        ("serve catalog", "SECRET_KEY", "short", "SAMVERKAN_SECRET_KEY"),
        ("serve gateway", "SERVICE_URLS", "catalog=http://127.0.0.1:1", "SAMVERKAN_SERVICE_URLS names no approval"),
        ("serve gateway", "SERVICE_URLS", "catalogue=http://127.0.0.1:1", "SAMVERKAN_SERVICE_URLS: 'catalogue=http"),
        ("worker notifier", "SERVICE_URLS", "", "SAMVERKAN_SERVICE_URLS names no catalog"),
        ("worker sales", "STORE", "postgres", "sales is no service; there are"),
        ("relay gateway", "STORE", "postgres", "gateway states no facts"),
        ("serve catalog", "STORE_URL", "", "SAMVERKAN_STORE_URL is not set"),
        ("serve catalog", "STORE_URL", "mysql://somewhere", "SAMVERKAN_STORE_URL is no address of a PostgreSQL"),
    ],
)  # fmt: skip
@pytest.mark.row("M08")
def test_a_wrong_setting_is_named(
    tmp_path: Path, right: dict[str, str], words: str, name: str, value: str, said: str
) -> None:
    code, sentence = ended(tmp_path, words, right | {f"SAMVERKAN_{name}": value})
    assert code == WRONG
    assert said in sentence


@pytest.mark.row("M08")
def test_a_wrong_password_and_a_missing_database_are_named_without_the_password(
    tmp_path: Path, right: dict[str, str], server: Postgres
) -> None:
    wrong = {"SAMVERKAN_STORE_URL": server.url.replace(PASSWORD, GUESSED)}
    code, sentence = ended(tmp_path, "worker catalog", right | wrong)
    assert (code, "password authentication failed" in sentence) == (WRONG, True)
    nowhere = {"SAMVERKAN_STORE_URL": server.url.replace("/postgres", "/nowhere")}
    code, sentence = ended(tmp_path, "worker catalog", right | nowhere)
    assert (code, sentence) == (WRONG, 'SAMVERKAN_STORE_URL: database "nowhere" does not exist')


@pytest.mark.parametrize("words", ["serve catalog", "relay catalog", "worker catalog", "topics apply"])
def test_brokers_that_do_not_answer_are_something_outside(
    tmp_path: Path, right: dict[str, str], words: str
) -> None:
    away = {"SAMVERKAN_KAFKA_BROKERS": f"127.0.0.1:{free_port()}"}
    code, sentence = ended(tmp_path, words, right | away)
    assert code == UNREACHABLE
    assert sentence.startswith("SAMVERKAN_KAFKA_BROKERS 127.0.0.1:")


def test_a_store_that_does_not_answer_is_something_outside(tmp_path: Path, right: dict[str, str]) -> None:
    away = {"SAMVERKAN_STORE_URL": f"postgresql://samverkan:{PASSWORD}@127.0.0.1:{free_port()}/postgres"}
    code, sentence = ended(tmp_path, "serve catalog", right | away)
    assert code == UNREACHABLE
    assert sentence.startswith("SAMVERKAN_STORE_URL: ")


@pytest.mark.row("M08")
@pytest.mark.timeout(300)
def test_a_missing_topic_and_a_changed_number_of_partitions_end_every_part(
    tmp_path: Path, right: dict[str, str], broker: Kafka
) -> None:
    for words in ("serve catalog", "relay catalog", "worker catalog"):
        code, sentence = ended(tmp_path, words, right)
        assert code == WRONG
        assert sentence.endswith("is missing; run `samverkan topics apply`")
    assert command(tmp_path, "topics", "apply", **right).returncode == 0
    plan = command(tmp_path, "topics", "plan", **right)
    assert (plan.returncode, plan.stdout) == (0, "")
    broker.tool(
        "org.apache.kafka.tools.TopicCommand",
        *("--alter", "--topic", "samverkan.ordering.orders", "--partitions", 13),
    )
    for words in ("serve catalog", "relay catalog", "worker catalog"):
        code, sentence = ended(tmp_path, words, right)
        assert code == WRONG
        assert sentence.startswith("topic samverkan.ordering.orders has 13 partitions, 12 are declared")
    assert command(tmp_path, "topics", "plan", **right).returncode == 1
