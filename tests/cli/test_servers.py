"""What the command line says of servers that the settings name wrongly, or that do not answer."""

from pathlib import Path

import pytest

from deploy.cluster.servers import free_port
from tests.cli.conftest import Here

SECRET = "a-very-secret-word"
TABLES = f"postgresql://somebody:{SECRET}@127.0.0.1:1/tables"


@pytest.mark.parametrize(
    ("store_url", "read_db_url", "sentence"),
    [
        (
            "",
            TABLES,
            "SAMVERKAN_STORE_URL is not set; name the server as kurrentdb://user:password@host:2113",
        ),
        (
            "kurrentdb://host:2113?tls=false",
            "",
            "SAMVERKAN_READ_DB_URL is not set; name the server as postgresql://",
        ),
        (TABLES, TABLES, "SAMVERKAN_STORE_URL: this is no address of a KurrentDB; write kurrentdb://"),
        (f"kurrentdb://:{SECRET}@host", TABLES, "SAMVERKAN_STORE_URL: this is no address of a KurrentDB"),
        (
            f"kurrentdb://a:{SECRET}@host?tlsCaFile=/none",
            TABLES,
            "SAMVERKAN_STORE_URL: a file that the address names",
        ),
    ],
)
def test_a_wrong_kurrentdb_is_one_sentence_without_its_secret(
    tmp_path: Path, here: Here, store_url: str, read_db_url: str, sentence: str
) -> None:
    settings = {"SAMVERKAN_STORE_URL": store_url, "SAMVERKAN_READ_DB_URL": read_db_url}
    code, said, errors = here(tmp_path, "consumers", SAMVERKAN_STORE="kurrentdb", **settings)
    assert (code, said, errors.count("\n")) == (2, "", 1)
    assert errors.startswith(f"samverkan: {sentence}")
    assert SECRET not in errors


def test_a_kurrentdb_that_does_not_answer_is_told_apart_from_a_wrong_one(tmp_path: Path, here: Here) -> None:
    settings = {
        "SAMVERKAN_STORE": "kurrentdb",
        "SAMVERKAN_STORE_URL": f"kurrentdb://somebody:{SECRET}@127.0.0.1:{free_port()}?tls=false",
        "SAMVERKAN_READ_DB_URL": TABLES,
    }
    code, said, errors = here(tmp_path, "consumers", **settings)
    assert (code, said) == (3, "")
    assert errors.startswith("samverkan: SAMVERKAN_STORE_URL: no KurrentDB answers there")
    assert SECRET not in errors
    code, said, errors = here(tmp_path, "doctor", **settings)
    assert (code, errors) == (1, "samverkan: not well: store\n")
    assert "no  store  SAMVERKAN_STORE_URL: no KurrentDB answers there" in said


def test_the_doctor_finds_facts_in_files_well(tmp_path: Path, here: Here) -> None:
    code, said, _ = here(tmp_path, "doctor")
    assert code == 0
    assert "yes  store  facts are in the data directory" in said
