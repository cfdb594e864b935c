"""FastAPI dependencies: who may call a route."""

from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param

from edu_common.auth.access_tokens import Claims, Role
from edu_common.context import ServiceContext, service_context
from edu_common.errors import DomainError, RoleRequired, Unauthenticated


async def authenticate(runtime: ServiceContext, token: str) -> Claims:
    """Return the claims of a token; raise `Unauthenticated` for one that is invalid or revoked."""
    claims = await runtime.access_tokens.verify(token)
    runtime.revocations.check(claims)
    return claims


class OptionalUser(SecurityBase):
    """The security scheme of access tokens; as a dependency, the caller when signed in.

    FastAPI's own `HTTPBearer` would be one more dependency to solve on every request.
    """

    def __init__(self) -> None:
        self.model = HTTPBearer(bearerFormat="JWT", description="Access token of the identity service")
        self.scheme_name = "HTTPBearer"

    async def __call__(self, request: Request) -> Claims | None:
        """Return the claims of the request's token, None without one; raise `Unauthenticated` for an invalid one."""
        if "authorization" not in request.headers:
            return None
        return await authenticate(service_context(request), _bearer_token(request))


optional_user = OptionalUser()


def _bearer_token(request: Request) -> str:
    """Return the token of an `Authorization: Bearer` header (RFC 6750); raise `Unauthenticated` for any other."""
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return token


async def current_user(user: Annotated[Claims | None, Depends(optional_user)]) -> Claims:
    """Return the caller; raise `Unauthenticated` when not signed in."""
    if user is None:
        raise Unauthenticated
    return user


async def user_with_role(user: Annotated[Claims, Depends(current_user)], roles: SecurityScopes) -> Claims:
    """Return the caller; raise `RoleRequired` unless they have one of the roles that the route lists as its scopes."""
    if user.role not in roles.scopes:
        raise RoleRequired(f"Only for the role {' or '.join(roles.scopes)}.")
    return user


class CallerRejected(DomainError):
    status = 403
    code = "caller_rejected"
    detail = "This endpoint does not serve the calling service."


def _issuer(request: Request) -> str:
    """Return the name of the calling service; raise `Unauthenticated` for any other caller."""
    return service_context(request).service_tokens.verify(_bearer_token(request))


async def calling_service(request: Request, callers: SecurityScopes) -> str:
    """Return the name of the calling service; raise `CallerRejected` unless the route lists it in its scopes."""
    issuer = _issuer(request)
    if issuer not in callers.scopes:
        raise CallerRejected
    return issuer


async def event_source(request: Request) -> str:
    """Return the name of the calling service; raise `CallerRejected` unless this service subscribes to its events."""
    issuer = _issuer(request)
    if issuer not in service_context(request).subscriptions:
        raise CallerRejected
    return issuer


def called_by(*services: str) -> Any:
    """Return the dependency for an `/internal` route that only these services may call."""
    return Security(calling_service, scopes=services)


MaybeUser = Annotated[Claims | None, Depends(optional_user)]
User = Annotated[Claims, Depends(current_user)]
Learner = Annotated[Claims, Security(user_with_role, scopes=[Role.STUDENT, Role.TEACHER])]
Teacher = Annotated[Claims, Security(user_with_role, scopes=[Role.TEACHER])]
TeacherOrAdmin = Annotated[Claims, Security(user_with_role, scopes=[Role.TEACHER, Role.ADMIN])]
Admin = Annotated[Claims, Security(user_with_role, scopes=[Role.ADMIN])]
EventSource = Annotated[str, Depends(event_source)]
