"""Every rule of the domain has a spec: a test that carries the rule's number and fails without it."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
RULES = {
    "R1": "a package is seen from its start to its end",
    "R2": "the availability date gates the use of a campaign",
    "R3": "what is not ordered before the deadline cannot be used",
    "R4": "a shared schedule has a registration deadline",
    "R5": "the personalization deadline is advice",
    "R6": "documents are delivered until it, and marked late after it",
    "R7": "a shared schedule has an audience before it is approved",
    "R8": "by target approval no audience is asked for",
    "R9": "a local package without an audience is open to all",
    "R10": "one order per entity, unless several are allowed",
    "R11": "an order is edited, and its reviewers chosen, until it is approved",
    "R12": "a campaign is set up until it is used",
    "R13": "automatic mode: in, to be left or changed without asking",
    "R14": "manual mode: who does not order takes no part",
    "R15": "approved before published; by head office where nobody else answers",
    "R16": "three days to answer",
    "R17": "any number of reminders, while nobody has answered",
    "R18": "the deadline and every reminder can be read",
    "R19": "the first answer counts",
    "R20": "a rejection carries its comment",
    "R21": "a package is cancelled at any time; its kind says what follows",
    "R22": "a package begins again in editing, and is approved anew",
    "R23": "deleting an order cancels it",
    "R24": "most reviewers and documents come from the template",
    "R25": "the page of parameters may be switched off",
    "R26": "the form belongs to the reference, not to what is created from it",
    "R27": "one content for all, and shared costs",
    "R39": "the contact day follows from the order's values",
    "R40": "evaluations need no campaign, and see what their caller may",
    "R41": "an entity's own rules replace the central ones they are linked to",
    "R42": "a package's documents travel with its notice",
    "R43": "forum messages stay, with one attachment each",
    "R44": "moments are stored in UTC and told in the reader's zone",
    "R45": "packages are made by head office alone; entities act on them",
}


def test_every_rule_has_a_spec() -> None:
    assert RULES.keys() - marked().keys() == set()


def test_no_spec_names_a_rule_that_there_is_not() -> None:
    assert {number: tests for number, tests in marked().items() if number not in RULES} == {}


def marked() -> dict[str, list[str]]:
    """The tests of each rule, by the marks in the sources: whichever of them were chosen for this run."""
    found = defaultdict(list)
    for file in sorted(TESTS.glob("*/test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for number in _numbers(node):
                    found[number].append(f"{file.relative_to(TESTS)}::{node.name}")
    return dict(found)


def _numbers(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
            yield from (ast.literal_eval(number) for number in mark.args)
