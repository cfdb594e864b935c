"""`python -m edu_payment serve` and `python -m edu_payment migrate`."""

from edu_common.cli import main
from edu_payment.settings import PaymentSettings

main("edu_payment", PaymentSettings, "edu_payment.app:create")
