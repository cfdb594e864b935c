"""Events that the course service tells, and who takes each."""

from edu_common.events import Routes

ROUTES: Routes = {
    "course.published": ("enrollment",),
    "course.updated": ("enrollment",),
    "course.archived": ("enrollment",),
    "course.deleted": ("enrollment",),
    "lesson.deleted": ("enrollment",),
    "review.created": ("notification",),
}
