"""Receipts of acknowledged requests, and the invariants that follow from them.

Clients of the services write receipts while they use the platform; the file is JSON with lists of ids by kind.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from edu_seed.errors import SeedError
from edu_seed.invariants.kinds import Observed, Row, Within

Rows = set[tuple[UUID, ...]]


def _none() -> Rows:
    return set()


@dataclass
class Receipts:
    """Rows of ids, one for each acknowledged request."""

    registered: Rows = field(default_factory=_none)
    """user"""
    paid: Rows = field(default_factory=_none)
    """payment, student, course"""
    refunded: Rows = field(default_factory=_none)
    """payment, student, course"""
    enrolled: Rows = field(default_factory=_none)
    """student, course: free courses"""
    completed: Rows = field(default_factory=_none)
    """student, course, lesson"""

    def save(self, path: Path) -> None:
        rows = {name: sorted([*map(str, row)] for row in rows) for name, rows in vars(self).items()}
        path.write_text(json.dumps(rows))


def read(path: Path) -> Receipts:
    try:
        raw: dict[str, list[list[str]]] = json.loads(path.read_text())
        return Receipts(**{name: {tuple(map(UUID, row)) for row in rows} for name, rows in raw.items()})
    except (OSError, ValueError, TypeError) as error:
        raise SeedError(f"{path} is no file of receipts: {error}") from error


def promises(receipts: Receipts) -> tuple[Within, ...]:
    """Return the invariants on the databases that follow from the receipts."""
    kept = receipts.paid - receipts.refunded
    return (
        Within(
            "who was registered has an account", _observed(receipts.registered), ("identity", "SELECT id FROM users")
        ),
        Within(
            "every acknowledged purchase was charged, and none of them refunded by itself",
            _observed(kept),
            ("payment", "SELECT id, student_id, course_id FROM payments WHERE state = 'completed'"),
        ),
        Within(
            "every acknowledged purchase is fulfilled",
            _observed(kept),
            (
                "enrollment",
                "SELECT payment_id, student_id, course_id FROM enrollments WHERE status <> 'revoked'",
            ),
        ),
        Within(
            "every acknowledged refund was made",
            _observed(receipts.refunded),
            ("payment", "SELECT id, student_id, course_id FROM payments WHERE state = 'refunded'"),
        ),
        Within(
            "every acknowledged enrollment stands",
            _observed(receipts.enrolled),
            ("enrollment", "SELECT student_id, course_id FROM enrollments WHERE status <> 'revoked'"),
        ),
        Within(
            "every lesson that was marked as done is",
            _observed(receipts.completed),
            (
                "enrollment",
                "SELECT student_id, course_id, lesson_id FROM enrollments"
                " JOIN lesson_progress ON enrollment_id = enrollments.id WHERE completed_at IS NOT NULL",
            ),
        ),
    )


def _observed(rows: Rows) -> Observed:
    observed: set[Row] = set(rows)
    return Observed(frozenset(observed))
