"""`python -m edu_sample.receiver serve` and `… migrate`."""

from edu_common.web.server import main
from edu_sample.app import PACKAGE, ReceiverSettings, create_receiver

main(PACKAGE, ReceiverSettings, create_receiver)
