"""The receiver's table. Nothing in it forbids a double, so that one is seen."""

from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.database.models import COLUMN_TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


class Applied(Base):
    """What a handler did, in the order in which it did."""

    __tablename__ = "applied"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[UUID]
    number: Mapped[int]
    request_id: Mapped[str]
