"""Refusals as OpenAPI describes them."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from edu_common.errors import PROBLEM_JSON, DomainError


class Problem(BaseModel):
    """An RFC 9457 problem; `code` is for programs, `detail` for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str


def refuses(*refusals: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that refuses in these ways."""
    codes: dict[int, list[str]] = {}
    for refusal in refusals:
        codes.setdefault(refusal.status, []).append(refusal.code)
    return {
        status: {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in words)}",
            "content": {PROBLEM_JSON: {"schema": Problem.model_json_schema()}},
        }
        for status, words in codes.items()
    }
