"""Settings of the identity service."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr

from edu_common.settings import ServiceSettings
from edu_topology import PORTS


class IdentitySettings(ServiceSettings):
    """Settings of the service; `migrate` needs neither key nor admin, so both are optional until the service starts."""

    service: ClassVar[str] = "identity"
    default_port: ClassVar[int] = PORTS["identity"]

    password_queue_seconds: float = Field(
        default=1, gt=0, description="A password hash that would wait longer than this gets a 503"
    )
    jwt_private_key_file: Path | None = Field(
        default=None, description="PEM: the EC P-256 key that signs, then keys whose tokens stay valid"
    )
    bootstrap_admin_email: str | None = None
    bootstrap_admin_password: SecretStr | None = None
    bootstrap_admin_password_file: Path | None = None
