"""A check for schemathesis, which loads it by `SCHEMATHESIS_HOOKS`: requests that match the schema are accepted.

It replaces `positive_data_acceptance`, and differs only in skipping what no JSON schema can express.
"""

from typing import Any

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import positive_data_acceptance  # pyright: ignore[reportUnknownVariableType]

CODES = frozenset(
    {
        "invalid_token",  # tokens in mails are made by the platform
        "version_mismatch",  # a generated `If-Match` names no existing version
        "incomplete",  # fields that publishing requires were sent in other requests
        "idempotency_key_reused",  # the key was used with another body before
    }
)

KINDS = frozenset(
    {
        "value_error",  # rules between fields (price and is_free, cursor and offset), signed cursors, hosts
        "addressee",  # user_id or role, not both
        "blank",  # visible characters depend on Unicode's tables
        "control_character",  # whitespace at both ends is trimmed first
        "email",  # the syntax of e-mail addresses is not a regular language
        "common_password",
        "https_url",  # neither is that of URLs
        "url_parsing",
        "decimal_parsing",  # an amount may be a string, in any notation of a number
        "decimal_max_digits",
        "decimal_max_places",  # 0.1 as a binary number has more decimals than one
    }
)

IDS = ["query", "ids"]
"""A comma-separated list of UUIDs."""


def beyond_schemas(problem: Any) -> bool:
    """Return whether a rejection is due to a rule that the schema cannot express."""
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
