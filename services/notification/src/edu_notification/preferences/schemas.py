"""Preferences on the wire."""

from pydantic import StrictBool

from edu_common.types import Body
from edu_notification.models import MailType


class Preferences(Body):
    """Whether mails are wanted, by type."""

    email: dict[MailType, StrictBool]
