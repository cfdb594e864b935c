"""Settings of the enrollment service."""

from typing import ClassVar

from edu_common.settings import ServiceSettings
from edu_topology import PORTS


class EnrollmentSettings(ServiceSettings):
    service: ClassVar[str] = "enrollment"
    default_port: ClassVar[int] = PORTS["enrollment"]
