"""Sizes of data sets."""

from dataclasses import dataclass

TEACHER_SHARE = 5
"""Every fifth user teaches: the first ones, `user0` onwards."""


@dataclass(frozen=True)
class Size:
    """Numbers of rows; the admin is not included in `users`."""

    name: str
    users: int
    courses: int
    taught: int
    """Courses with modules and lessons: the most popular ones."""
    enrollments: int
    payments: int
    reviews: int

    @property
    def teachers(self) -> int:
        return self.users // TEACHER_SHARE


FULL = Size("full", users=50_000, courses=100_000, taught=10_000, enrollments=200_000, payments=50_000, reviews=100_000)
SMALL = Size("small", users=500, courses=1_000, taught=950, enrollments=2_000, payments=500, reviews=1_000)
X10 = Size(
    "x10",
    users=500_000,
    courses=1_000_000,
    taught=100_000,
    enrollments=2_000_000,
    payments=500_000,
    reviews=1_000_000,
)
SIZES = {size.name: size for size in (SMALL, FULL, X10)}
