"""Tables of the payment service."""

from edu_common.db import COLUMN_TYPES, new_metadata
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES
