"""Tables of the notification service."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.auth.access_tokens import Role
from edu_common.database.models import COLUMN_TYPES, new_metadata
from edu_common.events import erasure


class Locale(StrEnum):
    """Languages that texts are written in."""

    EN = "en"
    RU = "ru"


class NotificationType(StrEnum):
    """What an in-app notification is about: the event's type, or an announcement."""

    ENROLLMENT_CREATED = "enrollment.created"
    ENROLLMENT_REVOKED = "enrollment.revoked"
    ENROLLMENT_COMPLETED = "enrollment.completed"
    TEACHER_VERIFIED = "user.teacher_verified"
    TEACHER_REJECTED = "user.teacher_rejected"
    REVIEW_CREATED = "review.created"
    REVIEW_HIDDEN = "review.hidden"
    REVIEW_RESTORED = "review.restored"
    COURSE_TAKEN_DOWN = "course.taken_down"
    COURSE_RESTORED = "course.restored"
    PAYMENT_REFUNDED = "payment.refunded"
    ANNOUNCEMENT = "announcement"


class MailType(StrEnum):
    """What a mail is about: the event's type, or the purpose of the one-time link in it."""

    EMAIL_VERIFICATION = "email_verification"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, not a password
    TEACHER_VERIFIED = "user.teacher_verified"
    TEACHER_REJECTED = "user.teacher_rejected"
    PAYMENT_COMPLETED = "payment.completed"
    PAYMENT_REFUNDED = "payment.refunded"
    ENROLLMENT_CREATED = "enrollment.created"
    ENROLLMENT_COMPLETED = "enrollment.completed"
    REVIEW_CREATED = "review.created"


class MailStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DROPPED = "dropped"


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


def value_check(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Recipient(Base):
    """A user who occurred in an event of identity; `role` is NULL until an event contained that too.

    Until `email_verified` the e-mail address may be someone else's, so it receives only links to confirm it.
    """

    __tablename__ = "recipients"
    __table_args__ = (
        value_check("role", Role),
        value_check("locale", Locale),
        Index("ix_recipients_role", "role"),
    )

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str | None]
    locale: Mapped[str] = mapped_column(server_default=Locale.EN)
    email_verified: Mapped[bool] = mapped_column(server_default=text("true"))


class ErasedUser(erasure.ErasedUserColumns, Base):
    """A user who was erased: events in transit then do not restore them."""


class Notification(Base):
    """An in-app notification; `data` contains its links and the values of its text, which is rendered when it is read.

    `title` and `body` are those of an announcement, else the text in the recipient's language at that time.

    `event_id` is that of the event, or of the announcement, that caused it. `about_user_id` is another user whom the
    text names; it is deleted with their account.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        value_check("type", NotificationType),
        Index("uq_notifications_event_id_user_id", "event_id", "user_id", unique=True),
        Index("ix_notifications_newest", "user_id", text("created_at DESC"), text("id DESC")),
        # Serves both the list of unread ones and their count, which every page of the front end requests.
        Index(
            "ix_notifications_unread",
            "user_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("NOT is_read"),
        ),
        Index("ix_notifications_about_user_id", "about_user_id", postgresql_where=text("about_user_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    type: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    is_read: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    event_id: Mapped[UUID]
    about_user_id: Mapped[UUID | None]


class MailPreference(Base):
    """Whether a user wants mails of a type; without a row they do."""

    __tablename__ = "mail_preferences"
    __table_args__ = (value_check("type", MailType),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool]


class Mail(Base):
    """The queue of outgoing mail. Mails are rendered when they are sent; secrets are never in `data`.

    `data` is emptied once the mail is sent or dropped.
    """

    __tablename__ = "mails"
    __table_args__ = (
        value_check("type", MailType),
        value_check("status", MailStatus),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_mails_due", "next_attempt_at", postgresql_where=text("status = 'queued'")),
        # Finds the mails that wait for a recipient who has just become known.
        Index("ix_mails_waiting", "user_id", postgresql_where=text("status = 'queued'")),
        Index("ix_mails_finished", "created_at", postgresql_where=text("status <> 'queued'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[UUID]
    type: Mapped[str]
    data: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(server_default=MailStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    last_error: Mapped[str | None]
