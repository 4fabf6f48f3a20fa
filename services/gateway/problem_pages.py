"""docs/problems.md: every refusal code with its way out, from the services' own problems.toml.

`python -m services.gateway.problem_pages > docs/problems.md`
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from services.gateway.routes.pages.about import blanked
from shared.web import problems

ROOT = Path(__file__).parents[2]
HEAD = """# Problems and the way out

Every refusal has a code that never changes; the `type` of a problem points at its page, `/problems/<code>`, in the
reader's language. Generated from `problems.toml` of each room: `python -m services.gateway.problem_pages`.
"""


def markdown(root: Path = ROOT) -> str:
    """The whole page: one chapter per owner, one entry per code, in English and Swedish."""
    chapters = [("before any service is asked", problems.OWN)]
    chapters += [(file.parent.name, file) for file in sorted(root.glob("services/*/problems.toml"))]
    return (
        "\n".join([HEAD, *(line for name, file in chapters for line in _chapter(name, file))]).rstrip() + "\n"
    )


def _chapter(name: str, file: Path) -> Iterator[str]:
    texts = tomllib.loads(file.read_text(encoding="utf-8"))
    if texts:
        yield f"## {name}\n"
    for code, text in sorted(texts.items()):
        yield f"### `{code}`\n"
        for language in ("en", "sv"):
            said = {part: blanked(text[part][language]) for part in ("title", "detail", "way_out")}
            yield f"- **{said['title']}.** {said['detail']} *{said['way_out']}*"
        yield ""


if __name__ == "__main__":
    sys.stdout.write(markdown())
