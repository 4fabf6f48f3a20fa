"""The image: what its Dockerfile says, and whether the tree that it copies is whole."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, environment
from tests.deploy.composed import build_tree, containers, copies, instructions

ALLOWED = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]


def test_its_base_is_pinned_by_digest_and_what_is_installed_by_hash() -> None:
    said = instructions()
    (base,) = (rest for name, rest in said if name == "FROM")
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm@sha256:[0-9a-f]{64}", base)
    (install,) = (rest for name, rest in said if name == "RUN" and "pip install" in rest)
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    assert [rest for name, rest in said if name == "RUN" and re.search(r"curl|wget|apt", rest)] == []


def test_nobody_is_root_in_it_and_no_secret_is_built_into_it() -> None:
    said = instructions()
    (user,) = (rest for name, rest in said if name == "USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert said.index(("USER", user)) > max(
        index for index, (name, _) in enumerate(said) if name in {"RUN", "COPY"}
    )
    assert [
        rest for name, rest in said if name in {"ENV", "ARG"} and re.search("PASS|SECRET|TOKEN|KEY", rest)
    ] == []


def test_what_it_copies_is_there_and_is_let_into_the_build_and_nothing_else_is() -> None:
    sources = [source for some, _ in copies() for source in some]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [s for s in sources if not any(s == one or s.startswith(f"{one}/") for one in ALLOWED)] == []
    assert [one for one in ALLOWED if not any(s == one or s.startswith(f"{one}/") for s in sources)] == []
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"


def test_the_folders_that_containers_write_belong_to_their_user() -> None:
    (made,) = (rest for name, rest in instructions() if name == "RUN" and "useradd" in rest)
    owned = re.findall(r"install -d -o samverkan -g samverkan -m 0700 (.*)", made)[0].split()
    written = [mount.split(":")[1] for mount in containers()["keys"]["volumes"]]
    assert set(written) <= set(owned)
    assert any(name == "ENV" and "SAMVERKAN_DATA_DIR=/data" in rest for name, rest in instructions())
    assert "/data" in owned


@pytest.mark.process
def test_the_command_line_works_from_the_copied_tree_alone(tmp_path: Path) -> None:
    app = build_tree(tmp_path)
    environ = environment(tmp_path / "data", PYTHONPATH=str(app))
    environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for words, said in ((["contract", "check"], "the contract holds"), (["settings"], "SAMVERKAN_STORE")):
        ran = subprocess.run(
            [str(tmp_path / "usr/local/bin/samverkan"), *words],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        assert said in ran.stdout
