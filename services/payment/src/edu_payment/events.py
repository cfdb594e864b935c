"""Events that the payment service tells, and who takes each."""

from edu_common.events import Routes

ROUTES: Routes = {
    "payment.completed": ("enrollment", "notification"),
    "payment.refunded": ("enrollment", "notification"),
}
