"""Field types of request bodies: bounded, and free of characters that no text needs."""

import re
import unicodedata
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]")
CONTROL_BUT_LAYOUT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")


def _to_wire(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = BeforeValidator(_whole)
"""Goes with a strict int, to be a whole number as JSON has it: 3.0 is one, `true` and `"3"` are none."""

Money = Annotated[Decimal, PlainSerializer(_to_wire, return_type=str)]
"""An amount of an answer: exact here, a string with two decimals on the wire."""


def _without_controls(value: str) -> str:
    return _refuse(CONTROL, value)


def _without_controls_but_layout(value: str) -> str:
    return _refuse(CONTROL_BUT_LAYOUT, value)


def _refuse(pattern: re.Pattern[str], value: str) -> str:
    found = pattern.search(value)
    if found:
        code = f"U+{ord(found.group()):04X}"
        raise PydanticCustomError("control_character", "contains the control character {code}", {"code": code})
    return value


def _visible(value: str) -> str:
    if all(unicodedata.category(character) in {"Cf", "Zs", "Mn"} for character in value):
        raise PydanticCustomError("blank", "must not be blank")
    return value


def line(max_length: int, min_length: int = 1) -> Any:
    """The type of one line of text: trimmed, no control characters, not blank when `min_length` is set."""
    checks = [AfterValidator(_without_controls)]
    if min_length:
        checks.append(AfterValidator(_visible))
    constraints = StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length)
    return Annotated[str, constraints, *checks]  # type: ignore[return-value] # built at run time on purpose


def text_block(max_length: int, min_length: int = 0) -> Any:
    """The type of longer text: line breaks and tabs are welcome, other control characters are not."""
    constraints = StringConstraints(min_length=min_length, max_length=max_length)
    return Annotated[str, constraints, AfterValidator(_without_controls_but_layout)]


class Body(BaseModel):
    """Base of request bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Patch(Body):
    """Base of partial updates: a field that is absent stays as it is."""

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)
