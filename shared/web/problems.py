"""The one place where a "no" meets HTTP: RFC 9457 problems, in the caller's language, with the way out."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from shared.kernel.decider import Refused

LANGUAGES = ("sv", "en")
STATUS = {"invalid": 422, "forbidden": 403, "missing": 404, "conflict": 409, "stale": 412}
OWN = Path(__file__).with_name("problems.toml")


class FieldProblem(BaseModel):
    """One part of the request that must be mended. `pointer` is a JSON Pointer into the body."""

    field: str
    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. `type` is a page that tells the person what to do; `code` never changes."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    way_out: str
    errors: list[FieldProblem] = []


class Texts:
    """The sentences of every refusal, from problems.toml of the services. Refuses a code without them."""

    def __init__(self, files: Sequence[Path], time_zone: str) -> None:
        self._zone = ZoneInfo(time_zone)
        self._texts: dict[str, Mapping[str, Any]] = {}
        for file in files:
            for code, text in _written_in(file).items():
                if code in self._texts:
                    raise ValueError(f"{file}: a second text for {code}")
                self._texts[code] = text

    @property
    def codes(self) -> Sequence[str]:
        """Every code there is, in order."""
        return sorted(self._texts)

    def template(self, code: str, part: str, language: str) -> str:
        """`part` of a problem with its facts still to be filled in."""
        sentence: str = self._texts[code][part][language]
        return sentence

    def say(self, code: str, part: str, language: str, facts: Mapping[str, object] = {}) -> str:
        """`part` (title, detail or way_out) of a problem. Moments in `facts` are told in the local time zone."""
        told = {name: self._told(fact, language) for name, fact in facts.items()}
        return self.template(code, part, language).format_map(told)

    def problem(self, refused: Refused, language: str, status: int | None = None) -> Problem:
        """The problem that a refusal is."""
        detail = self.say(refused.code, "detail", language, refused.facts)
        errors = []
        if refused.field:
            pointer = "/" + refused.field.replace(".", "/")
            errors.append(FieldProblem(field=refused.field, pointer=pointer, detail=detail))
        return Problem(
            type=f"/problems/{refused.code}",
            code=refused.code,
            title=self.say(refused.code, "title", language),
            status=status or STATUS[refused.kind],
            detail=detail,
            way_out=self.say(refused.code, "way_out", language, refused.facts),
            errors=errors,
        )

    def moment(self, moment: datetime, language: str) -> str:
        """A moment in words, in the local time zone."""
        return str(format_datetime(moment, "d MMMM y HH:mm", tzinfo=self._zone, locale=language))

    def _told(self, fact: object, language: str) -> object:
        return self.moment(fact, language) if isinstance(fact, datetime) else fact


@cache
def _written_in(file: Path) -> Mapping[str, Mapping[str, Any]]:
    """What a file says. It is read once: a process makes several applications of the same services."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem on its way out."""
    return JSONResponse(
        problem.model_dump(), problem.status, dict(headers or {}), media_type="application/problem+json"
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's answers for these statuses."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": "A problem (RFC 9457)",
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }
