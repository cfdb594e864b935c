"""`python -m edu_payment serve` and `python -m edu_payment migrate`."""

from edu_common.web.server import main
from edu_payment.app import create
from edu_payment.settings import PaymentSettings

main("edu_payment", PaymentSettings, create)
