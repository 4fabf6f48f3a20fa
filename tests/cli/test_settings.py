"""Settings come from the environment or from files, and what cannot be used is said at once."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Here

KEY = "a key of forty characters, not to be seen"


def test_secrets_come_from_files_and_the_environment_goes_before_them(tmp_path: Path, here: Here) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "samverkan_secret_key").write_text(f"{KEY}\n")
    (secrets / "SAMVERKAN_MAIL_FROM").write_text("from.a.file@example.test\n")
    (secrets / "samverkan_language").write_text("en\n")
    (secrets / "postgres_password").write_text("somebody else's")
    code, said, errors = here(
        tmp_path, "settings", "--json", SAMVERKAN_SECRETS_DIR=str(secrets), SAMVERKAN_LANGUAGE="sv"
    )
    assert (code, errors) == (0, "")
    rows = {row["name"]: row for row in map(json.loads, said.splitlines())}
    assert rows["SAMVERKAN_SECRET_KEY"]["value"] == "********"
    assert rows["SAMVERKAN_SECRET_KEY"]["origin"] == f"file {secrets}/samverkan_secret_key"
    assert rows["SAMVERKAN_MAIL_FROM"]["value"] == "from.a.file@example.test"
    assert rows["SAMVERKAN_MAIL_FROM"]["origin"] == f"file {secrets}/SAMVERKAN_MAIL_FROM"
    assert (rows["SAMVERKAN_LANGUAGE"]["value"], rows["SAMVERKAN_LANGUAGE"]["origin"]) == (
        "sv",
        "environment",
    )
    assert KEY not in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "samverkan_store_ulr",
            b"x",
            "SAMVERKAN_STORE_ULR is not a setting; did you mean SAMVERKAN_STORE_URL?",
        ),
        ("samverkan_secret_key", b"\xff\xfe\xff", "is not text"),
        ("samverkan_token_minutes", b"many", "SAMVERKAN_TOKEN_MINUTES: Input should be a valid integer"),
    ],
)
def test_a_file_that_cannot_be_used_ends_it_with_a_sentence(
    tmp_path: Path, here: Here, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    code, _, errors = here(tmp_path, "settings", SAMVERKAN_SECRETS_DIR=str(tmp_path))
    assert code == 2
    assert said in errors
    assert "Traceback" not in errors


def test_secrets_that_cannot_be_read_are_not_done_without(tmp_path: Path, here: Here) -> None:
    (tmp_path / "samverkan_secret_key").mkdir()
    for folder, why in ((tmp_path / "nowhere", "No such file"), (tmp_path, "Is a directory")):
        code, _, errors = here(tmp_path, "settings", SAMVERKAN_SECRETS_DIR=str(folder))
        assert code == 2
        assert "SAMVERKAN_SECRETS_DIR: " in errors
        assert why in errors
