"""`samverkan contract`: what it says of this code, of a change that breaks readers, and of one that does not."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from services.cli import bus
from shared import contract
from tests.cli.running import ROOT, environment

pytestmark = pytest.mark.process
TREE = ("pyproject.toml", "README.md", "services", "shared", "deploy", "tests")
ORDERING = "shared/contracts/ordering.py"
BREAKING = {
    ORDERING: (
        ('    at: AwareDatetime\n    label: str = ""\n', "    at: AwareDatetime\n"),  # of OrderPlaced
        ("    creates: Creates\n", "    brings_about: Creates\n"),
        ("    revision: int\n", "    revision: str\n"),
        ("    was_placed: bool = True\n", "    was_placed: bool\n"),
    ),
    "shared/contracts/approval.py": (("    nth: int\n", "    nth: int\n    by: str\n"),),
    "shared/contracts/catalog/terms.py": (("    hours_before: int | None = None\n", ""),),
}
SENTENCES = {
    "OrderPlaced.v1: field 'label' was removed",
    "OrderApproved.v1: field 'creates' was removed",
    "OrderApproved.v1: new field 'brings_about' has no default; facts stored before it could not be read",
    "OrderPlaced.v1: field 'revision' changed its type from integer to string",
    "OrderWithdrawn.v1: field 'was_placed' became required; facts stored without it could not be read",
    "ApprovalReminded.v1: new field 'by' has no default; facts stored before it could not be read",
    "OrderPlaced.v1: field 'offer.approval.reminders[].hours_before' was removed",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout of its own, which the test may change."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in TREE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
    return checkout


def change(tree: Path, file: str, *changes: tuple[str, str]) -> None:
    """Edit a file as a developer would."""
    path = tree / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def run(tree: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A Python program in that checkout."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=tree,
        env=environment(tree / "data"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_committed_contract_is_that_of_this_code() -> None:
    wrong = contract.broken() or bus.not_exported()
    assert wrong == [], "\n".join(wrong)


@pytest.mark.row("J05", "U03")
def test_the_command_and_the_tests_name_event_and_field_of_every_breaking_change(tree: Path) -> None:
    for file, changes in BREAKING.items():
        change(tree, file, *changes)
    checked = run(tree, "services.cli", "contract", "check")
    assert checked.returncode == 1
    said = set(checked.stdout.splitlines())
    assert said >= SENTENCES
    assert all("hours_before" in sentence for sentence in said - SENTENCES)  # in every event with a deadline
    assert f"{len(said)} problem(s) in the contract; an event may gain optional fields" in checked.stderr
    exported = run(tree, "services.cli", "contract", "export")
    assert exported.returncode == 1
    assert "OrderPlaced.v1: field 'label' was removed" in exported.stderr
    tested = run(
        tree, "pytest", "-q", "-p", "no:cacheprovider", "tests/cli/test_contract.py", "-k", "committed"
    )
    assert tested.returncode == 1
    assert all(sentence in tested.stdout for sentence in SENTENCES)


def test_what_breaks_nobody_is_named_until_it_is_exported(tree: Path) -> None:
    change(
        tree, ORDERING, ("    was_placed: bool = True\n", '    was_placed: bool = True\n    mood: str = ""\n')
    )
    change(tree, "services/gateway/routes/signin.py", ('get("/me"', 'get("/myself"'))
    changed = [
        "writer/OrderWithdrawn.v1.json",
        "reader/OrderWithdrawn.v1.json",
        "openapi.json",
        "asyncapi.json",
    ]
    checked = run(tree, "services.cli", "contract", "check")
    assert checked.returncode == 1
    way_out = "run `samverkan contract export` and commit it"
    assert checked.stdout.splitlines() == [
        f"deploy/contract/{name} is not what this code makes; {way_out}" for name in changed
    ]
    assert run(tree, "services.cli", "contract", "export").stdout.split() == changed
    checked = run(tree, "services.cli", "contract", "check")
    assert (checked.returncode, checked.stdout) == (0, "the contract holds\n")


def test_what_is_installed_from_the_wheel_has_its_contract_with_it(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True, timeout=100)
    (wheel,) = tmp_path.glob("samverkan-*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(installed)
    checked = run(installed, "services.cli", "contract", "check")
    assert (checked.returncode, checked.stdout) == (0, "the contract holds\n")
    served = f"import shared.contract as c; assert len(c.served()) == {2 * len(contract.known())}"
    subprocess.run([sys.executable, "-c", served], cwd=installed, check=True)
