"""`python -m edu_enrollment serve` and `python -m edu_enrollment migrate`."""

from edu_common.web.server import main
from edu_enrollment.app import create
from edu_enrollment.settings import EnrollmentSettings

main("edu_enrollment", EnrollmentSettings, create)
