"""Settings of the payment service."""

from typing import ClassVar

from edu_common.settings import ServiceSettings
from edu_topology import PORTS


class PaymentSettings(ServiceSettings):
    service: ClassVar[str] = "payment"
    default_port: ClassVar[int] = PORTS["payment"]
