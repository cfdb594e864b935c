"""Tables of the identity service."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, func, text, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.auth.access_tokens import Role
from edu_common.database.models import COLUMN_TYPES, new_metadata

PENDING = "role = 'teacher' AND NOT is_verified AND is_active AND rejection_reason IS NULL"
"""Teachers waiting for an admin's decision."""


class Locale(StrEnum):
    EN = "en"
    RU = "ru"


class Purpose(StrEnum):
    """The purpose of a token sent by mail."""

    EMAIL_VERIFICATION = "email_verification"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a purpose


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


def value_check(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


class User(Base):
    """An account. `email_key` is the normalised e-mail address; `rejection_reason` is set while rejected."""

    __tablename__ = "users"
    __table_args__ = (
        value_check("role", Role),
        value_check("locale", Locale),
        CheckConstraint("role = 'teacher' OR NOT is_verified", name="verified"),
        Index("ix_users_created_at_id", "created_at", "id"),
        Index("ix_users_pending", "created_at", "id", postgresql_where=text(PENDING)),
        Index("ix_users_admins", "id", postgresql_where=text("role = 'admin' AND is_active")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    name: Mapped[str]
    role: Mapped[str]
    bio: Mapped[str] = mapped_column(server_default="")
    locale: Mapped[str] = mapped_column(server_default=Locale.EN)
    is_active: Mapped[bool] = mapped_column(server_default=true())
    is_verified: Mapped[bool] = mapped_column(server_default=false())
    email_verified: Mapped[bool] = mapped_column(server_default=false())
    application: Mapped[str | None]
    rejection_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Session(Base):
    """A sign-in on one device; it ends when its row is deleted. Its id is the `sid` of its access tokens."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id_last_used_at_id", "user_id", "last_used_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    user_agent: Mapped[str]
    client: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RefreshToken(Base):
    """A refresh token of a session, by its SHA-256. Replaced ones stay, so that their reuse is detected."""

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    replaced_at: Mapped[datetime | None]


class OneTimeToken(Base):
    """A token sent by mail, by its SHA-256."""

    __tablename__ = "one_time_tokens"
    __table_args__ = (value_check("purpose", Purpose),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class MailRequest(Base):
    """A requested mail with a token; it counts against the limit of mails until the token expires."""

    __tablename__ = "mail_requests"
    __table_args__ = (value_check("purpose", Purpose),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LoginFailures(Base):
    """Wrong passwords for an account from one client, counted until `ends_at`. Unknown accounts count too."""

    __tablename__ = "login_failures"
    __table_args__ = (CheckConstraint("failures > 0", name="failures"),)

    account: Mapped[str] = mapped_column(primary_key=True)
    client: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """An action of an admin, or a security event.

    It outlives its users; a trigger rejects every change except the removal of a client IP.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_created_at_id", "created_at", "id"),
        Index("ix_audit_entries_actor_created_at_id", "actor", "created_at", "id"),
        Index("ix_audit_entries_target_created_at_id", "target", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    actor: Mapped[UUID | None]
    action: Mapped[str]
    target: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
