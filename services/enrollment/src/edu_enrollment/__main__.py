"""`python -m edu_enrollment serve` and `python -m edu_enrollment migrate`."""

from edu_common.cli import main
from edu_enrollment.settings import EnrollmentSettings

main("edu_enrollment", EnrollmentSettings, "edu_enrollment.app:create")
