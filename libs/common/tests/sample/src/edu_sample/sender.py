"""`python -m edu_sample.sender serve` and `… migrate`."""

from edu_common.cli import main
from edu_sample.app import PACKAGE, SenderSettings

main(PACKAGE, SenderSettings, "edu_sample.app:create_sender")
