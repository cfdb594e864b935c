"""Events that the notification service publishes, and their subscribers: none."""

from edu_common.events import Routes

ROUTES: Routes = {}
