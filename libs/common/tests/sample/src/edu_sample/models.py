"""The receiver's table. It has no unique constraint, so that duplicates would show."""

from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.database.models import COLUMN_TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


class Applied(Base):
    """Applied events, in the order of application."""

    __tablename__ = "applied"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[UUID]
    number: Mapped[int]
    request_id: Mapped[str]
