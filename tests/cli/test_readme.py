"""The two first pages say the same, and say what is so."""

import re
from pathlib import Path

from tests.cli.running import ROOT

ENGLISH, SWEDISH = ROOT / "README.md", ROOT / "README.sv.md"


def test_both_languages_have_the_same_parts_and_the_same_tables() -> None:
    for shape in (r"^#+", r"^\|", r"^\d+\.", r"^```"):
        english, swedish = (re.findall(shape, page.read_text(), re.MULTILINE) for page in (ENGLISH, SWEDISH))
        assert english == swedish, shape


def test_every_place_that_is_named_exists() -> None:
    for page in (ENGLISH, SWEDISH):
        named = re.findall(r"`((?:shared|services|tests|docs|deploy|bench)/[\w./]*)`", page.read_text())
        missing = [place for place in named if not (ROOT / place).exists()]
        assert named
        assert missing == []


def test_every_decision_has_context_choice_and_price() -> None:
    for page in Path(ROOT / "docs/decisions").glob("*.md"):
        headings = re.findall(r"^## (\w+)", page.read_text(), re.MULTILINE)
        assert headings == ["Context", "Choice", "Price"], page.name


def test_requirements_name_no_package_index_and_every_package_has_hashes() -> None:
    for name in ("run", "all", "dev"):
        text = (ROOT / f"requirements/{name}.txt").read_text()
        assert "://" not in text
        for block in re.split(r"\n(?=\w)", text):
            assert "--hash=sha256:" in block, block[:60]
