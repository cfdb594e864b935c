"""The first admin, who comes from configuration and never from an endpoint."""

from dataclasses import dataclass

import structlog
from pydantic import TypeAdapter, ValidationError

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.settings import Misconfigured
from edu_identity import publishers
from edu_identity.accounts import repository as accounts
from edu_identity.audit import repository as audit
from edu_identity.audit.repository import Action
from edu_identity.context import IdentityContext
from edu_identity.fields import Email, email_key
from edu_identity.settings import IdentitySettings

log = structlog.get_logger(__name__)

NAME = "Admin"


@dataclass(frozen=True)
class FirstAdmin:
    email: str
    password: str

    @classmethod
    def configured(cls, settings: IdentitySettings) -> "FirstAdmin | None":
        """Whom the settings name, None when nobody; raises `Misconfigured`."""
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


async def ensure(app: IdentityContext, admin: FirstAdmin) -> None:
    """Make the account when nobody has its address; an existing one is left as it is, whatever its role."""
    key = email_key(admin.email)
    async with app.database.read() as session:
        if existing := await accounts.by_email(session, key):
            if existing.role != Role.ADMIN:
                log.warning("the configured admin's address belongs to another account", role=existing.role)
            return
    values = {"id": new_id(), "email": admin.email, "email_key": key, "name": NAME, "role": Role.ADMIN}
    password_hash = await app.passwords.hash(admin.password)
    async with app.database.transaction() as session:
        user = await accounts.add(session, {**values, "password_hash": password_hash, "email_verified": True})
        if user is not None:
            await publishers.tell_registered(session, user)
            await audit.record(session, Action.ADMIN_BOOTSTRAPPED, target=user.id)
            log.info("first admin made", user_id=str(user.id))
