"""`python -m edu_course serve` and `python -m edu_course migrate`."""

from edu_common.cli import main
from edu_course.settings import CourseSettings

main("edu_course", CourseSettings, "edu_course.app:create")
