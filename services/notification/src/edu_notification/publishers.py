"""Events that the notification service tells, and who takes each."""

from edu_common.events import Routes

ROUTES: Routes = {}
