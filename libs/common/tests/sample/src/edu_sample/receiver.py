"""`python -m edu_sample.receiver serve` and `… migrate`."""

from edu_common.cli import main
from edu_sample.app import PACKAGE, ReceiverSettings

main(PACKAGE, ReceiverSettings, "edu_sample.app:create_receiver")
