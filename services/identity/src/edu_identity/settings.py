"""Settings of the identity service."""

from typing import ClassVar

from edu_common.settings import ServiceSettings


class IdentitySettings(ServiceSettings):
    service: ClassVar[str] = "identity"
    default_port: ClassVar[int] = 8001
