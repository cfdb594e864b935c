"""Endpoint for other services."""

from edu_common.web.dependencies import called_by
from edu_common.web.routing import Router
from edu_identity.accounts import service
from edu_identity.accounts.schemas import Emails, EmailsRequest
from edu_identity.context import App

router = Router(prefix="/internal/emails", include_in_schema=False)


@router.post("", dependencies=[called_by("enrollment")])
async def read_emails(app: App, body: EmailsRequest) -> Emails:
    """The confirmed e-mail addresses of users; those without one are left out."""
    return await service.emails(app, body.ids)
