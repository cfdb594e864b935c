"""Settings of the notification service."""

import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, InstanceOf, SecretStr, model_validator

from edu_common.settings import ServiceSettings
from edu_topology import PORTS


class MailTransportKind(StrEnum):
    FOLDER = "folder"
    SMTP = "smtp"


def _sender(value: str | Address) -> Address:
    name, spec = parseaddr(str(value))
    try:
        return Address(name, addr_spec=spec)
    except (IndexError, MessageError, ValueError) as error:  # it rejects addresses with any of these errors
        raise ValueError("must look like EduPlatform <no-reply@example.com>") from error


def _smtp_url(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if value.get_secret_value() and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise ValueError("must look like smtp://user:password@host:587, or smtps://… for TLS from the start")
    return value


def _certificates(file: Path | None) -> Path | None:
    if file:
        try:
            ssl.create_default_context(cafile=file)
        except ssl.SSLError as error:
            raise ValueError(f"{file} holds no certificates in PEM") from error
    return file


class NotificationSettings(ServiceSettings):
    service: ClassVar[str] = "notification"
    default_port: ClassVar[int] = PORTS["notification"]

    mail_transport: MailTransportKind = MailTransportKind.FOLDER
    mail_folder: Path = Path("mail")
    smtp_url: Annotated[SecretStr, AfterValidator(_smtp_url)] = SecretStr("")
    smtp_ca_file: Annotated[FilePath | None, AfterValidator(_certificates)] = Field(
        default=None, description="PEM of the certificates that the relay's is trusted by, besides the system's"
    )
    mail_from: Annotated[InstanceOf[Address], BeforeValidator(_sender)] = Address(
        "EduPlatform", addr_spec="no-reply@eduplatform.example"
    )

    @model_validator(mode="after")
    def _smtp_has_its_url(self) -> "NotificationSettings":
        if self.mail_transport is MailTransportKind.SMTP and not self.smtp_url.get_secret_value():
            raise ValueError("MAIL_TRANSPORT=smtp needs SMTP_URL")
        return self
