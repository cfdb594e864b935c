"""The identity service's application."""

from fastapi import FastAPI

import edu_identity
from edu_common.web.app import create_app
from edu_common.web.rate_limits import Per, Policy
from edu_identity import audit, key_set, tasks
from edu_identity.accounts.internal import router as emails
from edu_identity.accounts.router import router as accounts
from edu_identity.admin.router import router as admin
from edu_identity.consumers import SUBSCRIPTIONS
from edu_identity.context import IdentityContext
from edu_identity.one_time_tokens.router import internal as one_time_tokens
from edu_identity.one_time_tokens.router import router as email
from edu_identity.passwords.router import router as passwords
from edu_identity.sessions.router import router as sessions
from edu_identity.settings import IdentitySettings
from edu_identity.tasks import FirstAdmin

ROUTERS = (key_set.router, accounts, sessions, passwords, email, admin, audit.router, one_time_tokens, emails)

# High enough for two school classes behind one IP. The lock-out prevents guessing of passwords, tokens from mails
# cannot be guessed, and mails are limited by account.
POLICIES = (
    Policy("login", Per.CLIENT, "300/minute", frozenset({"/login"})),
    Policy("register", Per.CLIENT, "200/minute", frozenset({"/register"})),
    Policy("refresh", Per.CLIENT, "1200/minute", frozenset({"/refresh"})),
    Policy("password", Per.CLIENT, "60/minute", frozenset({"/me/password", "/password/reset"})),
    Policy("forgot", Per.CLIENT, "60/minute", frozenset({"/password/forgot"})),
    Policy("verify", Per.CLIENT, "300/minute", frozenset({"/email/verify"})),
    Policy("resend", Per.USER, "10/minute", frozenset({"/email/verify/resend"})),
)


def create(settings: IdentitySettings) -> FastAPI:
    """Return the application; raise `Misconfigured` when a setting is missing or unusable."""
    first_admin = FirstAdmin.configured(settings)
    runtime = IdentityContext(settings)
    runtime.subscribe(SUBSCRIPTIONS)
    return create_app(
        runtime,
        description=edu_identity.__doc__ or "",
        routers=ROUTERS,
        policies=POLICIES,
        tasks=[lambda: tasks.run(runtime, first_admin)],
    )
