"""What a refund takes."""

from typing import TYPE_CHECKING

from edu_common.types import Body, line

if TYPE_CHECKING:  # a type made by a call has no static counterpart
    Reason = str
else:
    Reason = line(500)


class RefundCreate(Body):
    reason: Reason | None = None
