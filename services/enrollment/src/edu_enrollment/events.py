"""Events that the enrollment service tells, and who takes each."""

from edu_common.events import Routes

ROUTES: Routes = {
    "enrollment.created": ("course", "notification"),
    "enrollment.revoked": ("course", "notification"),
    "enrollment.completed": ("notification",),
}
