"""Background tasks: create the first admin, which no endpoint does, and delete what has expired."""

import asyncio
from dataclasses import dataclass

import structlog
from pydantic import TypeAdapter, ValidationError

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.settings import Misconfigured
from edu_identity import audit, publishers
from edu_identity.accounts import repository as accounts
from edu_identity.audit import Action
from edu_identity.context import IdentityContext
from edu_identity.fields import Email, email_key
from edu_identity.lockouts import repository as lockouts
from edu_identity.models import Locale
from edu_identity.one_time_tokens import repository as one_time_tokens
from edu_identity.sessions import repository as sessions
from edu_identity.settings import IdentitySettings

log = structlog.get_logger(__name__)

PURGE_SECONDS = 600.0


@dataclass(frozen=True)
class FirstAdmin:
    email: str
    password: str

    @classmethod
    def configured(cls, settings: IdentitySettings) -> "FirstAdmin | None":
        """Return the first admin in the settings, or None when there is none; raise `Misconfigured`."""
        if settings.bootstrap_admin_email is None:
            return None
        try:
            email = TypeAdapter[str](Email).validate_python(settings.bootstrap_admin_email)
        except ValidationError as error:
            raise Misconfigured(f"BOOTSTRAP_ADMIN_EMAIL {error.errors()[0]['msg']}") from error
        return cls(email=email, password=_password(settings))


def _password(settings: IdentitySettings) -> str:
    path = settings.bootstrap_admin_password_file
    try:
        password = path.read_text().strip() if path else ""
    except OSError as error:
        raise Misconfigured(f"BOOTSTRAP_ADMIN_PASSWORD_FILE={path} cannot be read: {error.strerror}.") from error
    if settings.bootstrap_admin_password:
        password = settings.bootstrap_admin_password.get_secret_value()
    if not password:
        raise Misconfigured("Set BOOTSTRAP_ADMIN_PASSWORD or BOOTSTRAP_ADMIN_PASSWORD_FILE for BOOTSTRAP_ADMIN_EMAIL.")
    return password


async def run(app: IdentityContext, admin: FirstAdmin | None) -> None:
    """Run until cancelled."""
    if admin is not None:
        await create_first_admin(app, admin)
    while True:
        for repository in (sessions, one_time_tokens, lockouts):
            async with app.database.unit_of_work() as unit:
                await repository.purge(unit)
        await asyncio.sleep(PURGE_SECONDS)


async def create_first_admin(app: IdentityContext, admin: FirstAdmin) -> None:
    """Create the account unless one has its e-mail address; an existing one is left as it is, whatever its role."""
    key = email_key(admin.email)
    async with app.database.read() as connection:
        existing = await accounts.by_email(connection, key)
    if existing is not None:
        if existing.role != Role.ADMIN:
            log.warning("the configured admin's e-mail belongs to another account", role=existing.role)
        return
    password_hash = await app.passwords.hash(admin.password)
    async with app.database.unit_of_work() as unit:
        user = await accounts.add(
            unit,
            id=new_id(),
            email=admin.email,
            email_key=key,
            email_verified=True,
            password_hash=password_hash,
            name="Admin",
            role=Role.ADMIN,
            locale=Locale.EN,
        )
        if user is not None:
            await publishers.publish_registered(unit, user)
            await audit.record(unit, Action.ADMIN_BOOTSTRAPPED, target=user.id)
            log.info("first admin created", user_id=str(user.id))
