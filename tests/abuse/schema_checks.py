"""A check for schemathesis, which it loads by `SCHEMATHESIS_HOOKS`: what fits the schema is accepted.

It stands for `positive_data_acceptance`, of which it leaves out only what no JSON schema can say.
"""

from typing import Any

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import positive_data_acceptance  # pyright: ignore[reportUnknownVariableType]

CODES = frozenset(
    {
        "invalid_token",  # only the platform makes tokens of mails
        "version_mismatch",  # an `If-Match` that is made up names no version that there is
        "incomplete",  # what a course lacks before it can be published was said in other requests
        "idempotency_key_reused",  # what came with the key before
    }
)

KINDS = frozenset(
    {
        "value_error",  # rules between fields (price and is_free, cursor and offset), cursors, which are signed, hosts
        "addressee",  # user_id or role, not both
        "blank",  # letters that are seen are a matter of Unicode's tables
        "control_character",  # those at the ends are cut off first
        "email",  # the grammar of addresses is no regular one
        "common_password",
        "https_url",  # the grammar of URLs neither
        "url_parsing",
        "decimal_parsing",  # an amount may be sent as text, in any of the ways to write a number
        "decimal_max_digits",
        "decimal_max_places",  # 0.1 of a binary number has more places than one
    }
)

IDS = ["query", "ids"]
"""A list of UUIDs between commas."""


def beyond_schemas(problem: Any) -> bool:
    """Whether a refusal is by a rule that the schema has no words for."""
    if problem["code"] in CODES:
        return True
    errors = problem.get("errors", [])
    return bool(errors) and all(error["type"] in KINDS or error["loc"] == IDS for error in errors)


@schemathesis.check
def acceptance_of_what_fits(ctx: CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]) -> None:
    try:
        positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        if not beyond_schemas(response.json()):
            raise
