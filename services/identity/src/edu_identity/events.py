"""Events that the identity service tells, and who takes each."""

from edu_common.events import Routes

ROUTES: Routes = {
    "user.registered": ("notification",),
    "user.access_changed": ("course", "enrollment", "payment", "notification"),
    "user.teacher_verified": ("course", "notification"),
    "user.teacher_rejected": ("notification",),
    "user.renamed": ("course", "enrollment", "notification"),
    "user.mail_requested": ("notification",),
}
