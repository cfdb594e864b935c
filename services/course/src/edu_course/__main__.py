"""`python -m edu_course serve` and `python -m edu_course migrate`."""

from edu_common.web.server import main
from edu_course.app import create
from edu_course.settings import CourseSettings

main("edu_course", CourseSettings, create)
