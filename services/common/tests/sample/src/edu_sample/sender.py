"""`python -m edu_sample.sender serve` and `… migrate`."""

from edu_common.web.server import main
from edu_sample.app import PACKAGE, SenderSettings, create_sender

main(PACKAGE, SenderSettings, create_sender)
