"""The first container: secrets are drawn once, and all others can use them."""

import stat
from pathlib import Path

import pytest

from deploy.image.keys import draw, main
from services.cli.ground import Leave


def test_secrets_are_drawn_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    draw(tmp_path, "postgres")
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(first) == {
        "postgres_password",
        "samverkan_secret_key",
        "samverkan_store_url",
        "samverkan_read_db_url",
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert first["postgres_password"] in first["samverkan_store_url"]
    assert first["postgres_password"] != first["samverkan_secret_key"]
    draw(tmp_path, "postgres")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == first


def test_what_a_broken_first_start_left_out_is_drawn_at_the_next(tmp_path: Path) -> None:
    draw(tmp_path, "postgres")
    whole = {path.name: path.read_text() for path in tmp_path.iterdir()}
    for name in ("samverkan_store_url", "samverkan_read_db_url"):
        (tmp_path / name).unlink()
    draw(tmp_path, "postgres")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == whole


def test_another_store_than_at_the_first_start_is_refused(tmp_path: Path) -> None:
    draw(tmp_path, "postgres")
    with pytest.raises(Leave, match="began with another store"):
        draw(tmp_path, "kurrentdb")
    assert (tmp_path / "samverkan_store_url").read_text().startswith("postgresql://")


def test_without_a_folder_that_it_may_write_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Leave, match="SAMVERKAN_SECRETS_DIR is not set"):
        main()
    monkeypatch.setenv("SAMVERKAN_SECRETS_DIR", str(tmp_path))
    (tmp_path / "postgres_password.new").mkdir()  # rights would not stop root, whom some tests run as
    with pytest.raises(Leave, match=r"postgres_password.new cannot be written"):
        main()
    monkeypatch.setenv("SAMVERKAN_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(Leave, match="nowhere cannot be read"):
        main()
