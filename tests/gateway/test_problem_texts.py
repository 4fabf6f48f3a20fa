"""Every code has its sentences in both languages, and no sentence is left over."""

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    file
    for room in ("services", "shared")
    for file in (ROOT / room).rglob("*.py")
    if "static" not in file.parts
)
FILES = [ROOT / "shared/web/problems.toml", *sorted(ROOT.glob("services/*/problems.toml"))]


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Every constant that looks like a code; `order.field-no-*` for one whose end is put in by an f-string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            yield f"{node.values[0].value}*"
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and _looks_like_a_code(node.value)
        ):
            yield node.value


def refused_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
            first = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "code")
            if isinstance(first, ast.Constant):
                yield str(first.value)


def _looks_like_a_code(text: str) -> bool:
    noun, dot, reason = text.partition(".")
    letters = set(string.ascii_lowercase + "-")
    return (
        bool(dot and noun and reason) and set(noun) <= letters and set(reason) <= letters | set(string.digits)
    )


def texts() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for file in FILES:
        for code, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            assert code not in found, f"{code} has two texts"
            found[code] = text
    return found


def test_every_refusal_has_its_text() -> None:
    known = texts()
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in SOURCES}
    missing = [
        f"{file.relative_to(ROOT)}: {code}"
        for file, tree in trees.items()
        for code in refused_in(tree)
        if code not in known
    ]
    assert missing == []


def test_no_text_is_left_over() -> None:
    used = {code for file in SOURCES for code in codes_in(ast.parse(file.read_text(encoding="utf-8")))}
    begun = tuple(code[:-1] for code in used if code.endswith("*") and _looks_like_a_code(code[:-1] + "x"))
    assert [code for code in sorted(texts().keys() - used) if not code.startswith(begun)] == []


def test_every_text_is_whole_in_both_languages_and_names_the_same_facts() -> None:
    for code, text in texts().items():
        assert set(text) == {"title", "detail", "way_out"}, code
        for part, said in text.items():
            assert set(said) == {"en", "sv"}, f"{code} {part}"
            assert all(sentence.strip() for sentence in said.values()), f"{code} {part}"
            facts = [
                {name for _, name, _, _ in string.Formatter().parse(one) if name} for one in said.values()
            ]
            assert facts[0] == facts[1], f"{code} {part}"
        assert not any("{" in sentence for sentence in text["title"].values()), code


def test_codes_are_a_noun_and_a_reason() -> None:
    assert [code for code in texts() if not _looks_like_a_code(code)] == []
